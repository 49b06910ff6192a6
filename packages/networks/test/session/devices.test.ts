import { expect, test } from 'vitest'

import { probeProviders } from '../../src/index.ts'
import { GraphBuilder } from '../../src/onnx/graph-builder.ts'
import { openSession } from '../../src/session/session.ts'
import { notAvailable, requireProvider } from '../../src/session/devices.ts'
import { hasSoftwareVulkan, useSoftwareVulkan } from './software-vulkan.ts'

function identity() {
  const graph = new GraphBuilder('identity')
  graph.output(graph.input('x', 'float32', [1]), 'y', 'float32', [1])
  return graph.build()
}

test('an unknown provider is refused by name', () => {
  expect(() => requireProvider('tpu')).toThrow('tpu: expected one of cuda, webgpu, cpu, found no provider of that name')
})

test('probing names every provider, with a reason, and the CPU always works', async () => {
  const found = await probeProviders()
  expect(found.map((status) => status.provider)).toEqual(['cuda', 'webgpu', 'cpu'])
  expect(found.find((status) => status.provider === 'cpu')).toMatchObject({ available: true })
  for (const status of found) expect(status.reason).not.toBe('')
})

test('a provider that is not here is an error, never the CPU in its place', async () => {
  for (const { provider, available } of await probeProviders()) {
    if (available) continue
    await expect(openSession(identity(), { provider })).rejects.toMatchObject({
      kind: 'missing',
      code: expect.stringMatching(/^not-/),
      where: provider,
      message: expect.not.stringMatching(/\.cc:|OrtSession/),
    })
  }
})

test('what is missing is said in words, with what helps; what onnxruntime said is a detail', async () => {
  const adapters =
    '/onnxruntime_src/webgpu_context.cc:136 void onnxruntime::webgpu::Initialize() status == Success was false. Failed to get a WebGPU adapter: No supported adapters'
  expect(await notAvailable('webgpu', adapters)).toMatchObject({
    code: 'not-available',
    found: expect.stringMatching(/no graphics adapter .*Vulkan driver/),
    details: { said: adapters },
  })
  const other = adapters.replace('No supported adapters', 'Lost')
  expect((await notAvailable('webgpu', other)).found).toBe('Failed to get a WebGPU adapter: Lost')
  const cuda = await notAvailable(
    'cuda',
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
  )
  expect(cuda.message).toMatch(/^cuda: expected CUDA .*, found .*; .*kinemetric gpu setup/)
  expect(cuda.message).not.toContain('OrtSession')
})

test.skipIf(!hasSoftwareVulkan())('WebGPU is found on a software Vulkan driver', async () => {
  useSoftwareVulkan()
  const webgpu = (await probeProviders()).find((status) => status.provider === 'webgpu')
  expect(webgpu).toMatchObject({ available: true })
})
