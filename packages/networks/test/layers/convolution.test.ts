import { join } from 'node:path'

import { expect, test } from 'vitest'

import { openCheckpoint } from '../../src/checkpoints/open-checkpoint.ts'
import { findTensor } from '../../src/checkpoints/find-tensor.ts'
import { writeSafetensors } from '../../src/checkpoints/formats/write-safetensors.ts'
import { convolution, doubledConvolution, doubleNearest } from '../../src/layers/convolution.ts'
import type { Layers } from '../../src/layers/layers.ts'
import { GraphBuilder } from '../../src/onnx/graph-builder.ts'
import { openSession } from '../../src/session/session.ts'
import { formulaNumbers, formulaTensors } from '../formula-weights.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { farthest } from '../models/runner-goldens.ts'

test('a convolution of a doubled map is the same without the map, borders and all', async () => {
  const file = join(await temporaryFolder(), 'layer.safetensors')
  await writeSafetensors(file, formulaTensors({ 'conv.weight': [5, 6, 3, 3], 'conv.bias': [5] }))
  const checkpoint = await openCheckpoint(file)
  const graph = new GraphBuilder('doubled')
  const layers: Layers = {
    graph,
    tensor: (name) => findTensor(checkpoint, name),
    dtype: 'float32',
    fusedAttention: false,
    skipDoubledMaps: true,
  }
  const x = graph.input('x', 'float32', ['count', 6, 'height', 'width'])
  graph.output(convolution(layers, doubleNearest(layers, x), 'conv'), 'made', 'float32', ['count', 5, 'h', 'w'])
  graph.output(doubledConvolution(layers, x, 'conv'), 'without', 'float32', ['count', 5, 'h', 'w'])
  const session = await openSession(graph.build())
  for (const shape of [
    [2, 6, 3, 5],
    [1, 6, 1, 1],
    [1, 6, 2, 2],
    [1, 6, 1, 4],
  ]) {
    const count = shape.reduce((product, size) => product * size, 1)
    const data = Float32Array.from(formulaNumbers('x', count))
    const { made, without } = await session.run({ x: { type: 'float32', data, shape } })
    expect(made.shape).toEqual([shape[0], 5, 2 * shape[2], 2 * shape[3]])
    expect(farthest(without, made)).toBeLessThan(1e-5)
  }
  await session.close()
})
