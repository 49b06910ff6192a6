import { join } from 'node:path'
import { expect, test } from 'vitest'

import { findTensor } from '../../../src/checkpoints/find-tensor.ts'
import type { TensorReference } from '../../../src/checkpoints/tensors/tensor-reference.ts'
import { openCheckpoint, writeSafetensors } from '../../../src/index.ts'
import {
  mapsOfRows,
  rowsOfMaps,
  winogradConvolution,
  winogradFeeds,
  winogradInputs,
  type WinogradKind,
  winogradMatrices,
} from '../../../src/models/lpips/winograd.ts'
import { GraphBuilder, type GraphModel } from '../../../src/onnx/graph-builder.ts'
import { float32Data, openSession } from '../../../src/session/session.ts'
import { formulaNumbers, formulaTensors } from '../../formula-weights.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const channels = [5, 7, 6]
const shapesOf = (kernel: number) => ({
  '0.weight': [7, 5, kernel, kernel],
  '0.bias': [7],
  '1.weight': [6, 7, kernel, kernel],
  '1.bias': [6],
})

/** Two layers in a row, so that rows are read both from maps and from tiles. */
function winogradGraph(kind: WinogradKind, tensor: (name: string) => TensorReference): GraphModel {
  const graph = new GraphBuilder('winograd')
  const tables = winogradInputs(graph, kind, 'two-')
  let rows = rowsOfMaps(graph, graph.input('x', 'float32', ['n', channels[0], 'h', 'w']), channels[0])
  for (const layer of [0, 1])
    rows = winogradConvolution(graph, rows, tables, tensor(`${layer}.weight`), tensor(`${layer}.bias`))
  graph.output(mapsOfRows(graph, rows, tables, channels[2]), 'y', 'float32', ['n', channels[2], 'h', 'w'])
  return graph.build()
}

function convolutionGraph({ kernel }: WinogradKind, tensor: (name: string) => TensorReference): GraphModel {
  const graph = new GraphBuilder('convolution')
  const pad = (kernel - 1) / 2
  let x = graph.input('x', 'float32', ['n', channels[0], 'h', 'w'])
  for (const layer of [0, 1]) {
    const inputs = [x, graph.weight(tensor(`${layer}.weight`)), graph.weight(tensor(`${layer}.bias`))]
    x = graph.node('Relu', [graph.node('Conv', inputs, { pads: [pad, pad, pad, pad] })])
  }
  graph.output(x, 'y', 'float32', ['n', channels[2], 'h', 'w'])
  return graph.build()
}

test.each([
  [{ results: 4, kernel: 3 }, 1e-5],
  [{ results: 2, kernel: 5 }, 1e-5],
  // Of eight points: another half digit.
  [{ results: 4, kernel: 5 }, 3e-5],
])(
  'Winograd’s products of %o are the convolution, on maps of whole tiles, of parts of them and of one sample',
  async (kind, tolerance) => {
    const file = join(await temporaryFolder(), 'layers.safetensors')
    await writeSafetensors(file, formulaTensors(shapesOf(kind.kernel)))
    const checkpoint = await openCheckpoint(file)
    const tensor = (name: string): TensorReference => findTensor(checkpoint, name)
    const [winograd, convolution] = await Promise.all(
      [winogradGraph(kind, tensor), convolutionGraph(kind, tensor)].map((graph) => openSession(graph)),
    )
    for (const [count, height, width] of [
      [1, 8, 4],
      [3, 5, 9],
      [2, 1, 1],
      [2, 15, 23],
      [1, 4, 1],
    ]) {
      const size = count * channels[0] * height * width
      const data = Float32Array.from(formulaNumbers(`${height}×${width}`, size))
      const x = { type: 'float32', data, shape: [count, channels[0], height, width] } as const
      const { y } = await winograd.run({ x, ...winogradFeeds(kind, 'two-', count, height, width) })
      const { y: expected } = await convolution.run({ x })
      expect(y.shape).toEqual(expected.shape)
      const largest = Math.max(...float32Data(expected))
      const errors = float32Data(y).map((value, at) => Math.abs(value - float32Data(expected)[at]))
      // Its matrices' entries, up to 25, cost about a digit of float32's seven.
      expect(Math.max(...errors)).toBeLessThan(tolerance * largest)
    }
    await Promise.all([winograd.close(), convolution.close()])
  },
)

test.each([
  { results: 4, kernel: 3 },
  { results: 2, kernel: 5 },
  { results: 4, kernel: 5 },
  { results: 6, kernel: 3 },
])('the matrices of %o give a convolution in one dimension', (kind) => {
  const { samples, kernels, results } = winogradMatrices(kind)
  const x = Array.from({ length: kind.results + kind.kernel - 1 }, (_, at) => Math.sin(at + 1))
  const k = Array.from({ length: kind.kernel }, (_, at) => Math.cos(2 * at))
  const spread = times(kernels, k)
  const found = times(results, times(samples, x).map((value, at) => value * spread[at])) // prettier-ignore
  for (const [at, value] of found.entries())
    expect(value).toBeCloseTo(
      k.reduce((sum, factor, j) => sum + factor * x[at + j], 0),
      12,
    )
  // Exact in float32.
  for (const value of [...samples, ...results].flat()) expect(Math.fround(value)).toBe(value)
})

test('there are no matrices of larger tiles', () => {
  expect(() => winogradMatrices({ results: 6, kernel: 5 })).toThrow('at most 8 samples a side, found 10')
})

function times(matrix: readonly number[][], vector: readonly number[]): number[] {
  return matrix.map((row) => row.reduce((sum, value, at) => sum + value * vector[at], 0))
}
