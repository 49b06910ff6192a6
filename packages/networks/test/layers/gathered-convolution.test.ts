import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { findTensor } from '../../src/checkpoints/find-tensor.ts'
import { openCheckpoint, writeSafetensors } from '../../src/index.ts'
import { convolution } from '../../src/layers/convolution.ts'
import { isGathered, type MapSize } from '../../src/layers/gathered-convolution.ts'
import type { Layers } from '../../src/layers/layers.ts'
import { GraphBuilder } from '../../src/onnx/graph-builder.ts'
import { float32Data, openSession } from '../../src/session/session.ts'
import { formulaNumbers, formulaTensors } from '../formula-weights.ts'

let folder: string
let tensor: Layers['tensor']
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kinemetric-convolution-'))
  const path = join(folder, 'convolution.safetensors')
  await writeSafetensors(path, formulaTensors({ 'conv.weight': [5, 3, 3, 3], 'conv.bias': [5] }))
  const checkpoint = await openCheckpoint(path)
  tensor = (name) => findTensor(checkpoint, name)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// A map of one place, one that is not square, one whose lines and columns are halved.
test.for([
  [1, 1, 1],
  [3, 5, 1],
  [4, 6, 2],
])('a product of gathered rows is the convolution: %d × %d, stride %d', async ([height, width, stride]) => {
  const size = { count: 2, height, width }
  const outputs: Float32Array[] = []
  for (const gatherSmallMaps of [true, false]) {
    const graph = new GraphBuilder('convolution')
    const x = graph.input('x', 'float32', [2, 3, height, width])
    const layers: Layers = { graph, tensor, dtype: 'float32', fusedAttention: true, gatherSmallMaps }
    const y = convolution(layers, x, 'conv', { size, stride })
    graph.output(y, 'y', 'float32', [2, 5, height / stride, width / stride])
    const session = await openSession(graph.build(), { threads: 1 })
    const data = Float32Array.from(formulaNumbers('x', 6 * height * width))
    outputs.push(float32Data((await session.run({ x: { type: 'float32', data, shape: [2, 3, height, width] } })).y))
    await session.close()
  }
  const [gathered, plain] = outputs
  expect(gathered).toHaveLength(plain.length)
  for (const [i, value] of gathered.entries()) expect(value).toBeCloseTo(plain[i], 5)
  expect(Math.hypot(...plain)).toBeGreaterThan(0.1)
})

test('only small maps, and only where it is asked for', () => {
  const layers: Layers = { graph: new GraphBuilder('x'), tensor, dtype: 'float32', fusedAttention: true }
  expect(isGathered({ ...layers, gatherSmallMaps: true }, places(4, 6))).toBe(true)
  expect(isGathered({ ...layers, gatherSmallMaps: true }, places(8, 12))).toBe(false)
  expect(isGathered(layers, places(4, 6))).toBe(false)
})

function places(height: number, width: number): MapSize {
  return { height, width }
}
