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
} from '../../../src/models/lpips/winograd.ts'
import { GraphBuilder, type GraphModel } from '../../../src/onnx/graph-builder.ts'
import { float32Data, openSession } from '../../../src/session/session.ts'
import { formulaNumbers, formulaTensors } from '../../formula-weights.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const channels = [5, 7, 6]
const shapes = { '0.weight': [7, 5, 3, 3], '0.bias': [7], '1.weight': [6, 7, 3, 3], '1.bias': [6] }

/** Two layers in a row, so that rows are read both from maps and from tiles. */
function winogradGraph(tensor: (name: string) => TensorReference): GraphModel {
  const graph = new GraphBuilder('winograd')
  const tables = winogradInputs(graph)
  let rows = rowsOfMaps(graph, graph.input('x', 'float32', ['n', channels[0], 'h', 'w']), channels[0])
  for (const layer of [0, 1])
    rows = winogradConvolution(graph, rows, tables, tensor(`${layer}.weight`), tensor(`${layer}.bias`))
  graph.output(mapsOfRows(graph, rows, tables, channels[2]), 'y', 'float32', ['n', channels[2], 'h', 'w'])
  return graph.build()
}

function convolutionGraph(tensor: (name: string) => TensorReference): GraphModel {
  const graph = new GraphBuilder('convolution')
  let x = graph.input('x', 'float32', ['n', channels[0], 'h', 'w'])
  for (const layer of [0, 1]) {
    const inputs = [x, graph.weight(tensor(`${layer}.weight`)), graph.weight(tensor(`${layer}.bias`))]
    x = graph.node('Relu', [graph.node('Conv', inputs, { pads: [1, 1, 1, 1] })])
  }
  graph.output(x, 'y', 'float32', ['n', channels[2], 'h', 'w'])
  return graph.build()
}

test('Winograd’s products are the convolution, on maps of whole tiles, of parts of them and of one sample', async () => {
  const file = join(await temporaryFolder(), 'layers.safetensors')
  await writeSafetensors(file, formulaTensors(shapes))
  const checkpoint = await openCheckpoint(file)
  const tensor = (name: string): TensorReference => findTensor(checkpoint, name)
  const [winograd, convolution] = await Promise.all(
    [winogradGraph(tensor), convolutionGraph(tensor)].map((graph) => openSession(graph)),
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
    const { y } = await winograd.run({ x, ...winogradFeeds(count, height, width) })
    const { y: expected } = await convolution.run({ x })
    expect(y.shape).toEqual(expected.shape)
    const largest = Math.max(...float32Data(expected))
    const errors = float32Data(y).map((value, at) => Math.abs(value - float32Data(expected)[at]))
    // Its matrices' entries, up to 25, cost about a digit of float32's seven.
    expect(Math.max(...errors)).toBeLessThan(1e-5 * largest)
  }
  await Promise.all([winograd.close(), convolution.close()])
})
