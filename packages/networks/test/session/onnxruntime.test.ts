import { expect, test, vi } from 'vitest'

vi.mock('../../src/runtime/find-onnxruntime.ts', async (original) => ({
  ...(await original<typeof import('../../src/runtime/find-onnxruntime.ts')>()),
  findOnnxruntime: () => ({ folder: '/nowhere/onnxruntime-node', fetched: true }),
}))

test('without onnxruntime the package loads, and what runs a network says what is missing', async () => {
  await expect(import('../../src/index.ts')).resolves.toHaveProperty('openNetwork')
  const { openSession } = await import('../../src/session/session.ts')
  const graph = { name: 'g', bytes: new Uint8Array(), externalFiles: [], externalRanges: [], externalRoot: undefined }
  const error: unknown = await openSession(graph).catch((cause: unknown) => cause)
  expect(error).toMatchObject({ code: 'not-installed', kind: 'missing', where: '/nowhere/onnxruntime-node' })
})
