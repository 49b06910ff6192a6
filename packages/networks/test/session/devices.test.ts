import { expect, test } from 'vitest'

import { probeProviders } from '../../src/index.ts'
import { GraphBuilder } from '../../src/onnx/graph-builder.ts'
import { openSession } from '../../src/session/session.ts'
import { requireProvider } from '../../src/session/devices.ts'
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
    })
  }
})

test.skipIf(!hasSoftwareVulkan())('WebGPU is found on a software Vulkan driver', async () => {
  useSoftwareVulkan()
  const webgpu = (await probeProviders()).find((status) => status.provider === 'webgpu')
  expect(webgpu).toMatchObject({ available: true })
})
