import { expect, test } from 'vitest'

import { upsampledConvolution } from '../../../src/models/cotracker3/upsampled-convolution.ts'
import { GraphBuilder } from '../../../src/onnx/graph-builder.ts'
import { float32Data, openSession } from '../../../src/session/session.ts'
import { formulaNumbers } from '../../formula-weights.ts'

test('convolving before resizing gives what resizing before convolving gives', async () => {
  const [channels, outputs, from, to] = [5, 7, { height: 4, width: 6 }, { height: 13, width: 17 }]
  const graph = new GraphBuilder('both')
  const x = graph.input('x', 'float32', [2, channels, from.height, from.width])
  const weight = graph.constant(Float32Array.from(formulaNumbers('w', outputs * channels * 9)), [
    outputs,
    channels,
    3,
    3,
  ])
  const shape = [2, outputs, to.height, to.width]
  graph.output(upsampledConvolution(graph, x, weight, outputs, from, to), 'before', 'float32', shape)
  const resized = graph.node('Resize', [x, undefined, undefined, graph.ints([2, channels, to.height, to.width])], {
    mode: 'linear',
    coordinate_transformation_mode: 'align_corners',
  })
  const convolved = graph.node('Conv', [resized, weight], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })
  graph.output(convolved, 'after', 'float32', shape)
  const session = await openSession(graph.build())
  const data = Float32Array.from(formulaNumbers('x', 2 * channels * from.height * from.width))
  const { before, after } = await session.run({
    x: { type: 'float32', data, shape: [2, channels, from.height, from.width] },
  })
  await session.close()
  expect(before.shape).toEqual(shape)
  const [a, b] = [float32Data(before), float32Data(after)]
  const worst = a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0)
  // Sums of 45 products of numbers below 1, in another order.
  expect(worst).toBeLessThan(1e-5)
  expect(Math.max(...b)).toBeGreaterThan(1)
})
