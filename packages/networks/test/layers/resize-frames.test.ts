import {
  antialiasBilinear,
  floatFrameArray,
  halfPixelBilinear,
  pillowBicubicFloat,
  tf1Bilinear,
  type FloatFrameArray,
} from '@kinemetric/video'
import { expect, test } from 'vitest'

import { GraphBuilder } from '../../src/onnx/graph-builder.ts'
import { openSession } from '../../src/session/session.ts'
import { resizeFeeds, resizeFrames } from '../../src/layers/resize-frames.ts'
import { float32Data } from '../../src/session/session.ts'
import { averagingMatrix, type ResizeAxis, type ResizeKind } from '../../src/layers/resize-taps.ts'

/** The resize as the networks' graphs do it, of float frames `[1, H, W, 3]` without normalisation; the first channel. */
async function resized(
  kind: ResizeKind,
  frames: FloatFrameArray,
  height: number,
  width: number,
): Promise<Float32Array> {
  const [, inputHeight, inputWidth] = frames.shape
  return resizedAxes(kind, frames, { input: inputHeight, output: height }, { input: inputWidth, output: width })
}

async function resizedAxes(
  kind: ResizeKind,
  frames: FloatFrameArray,
  rows: ResizeAxis,
  columns: ResizeAxis,
): Promise<Float32Array> {
  const [height, width] = [rows, columns].map((axis) => axis.window?.count ?? axis.output)
  const graph = new GraphBuilder(kind)
  const x = graph.input('x', 'float32', [1, 'height', 'width', 3])
  const y = resizeFrames(graph, x, { kind, height, width, normalisation: { subtract: 0, divide: 1 } })
  graph.output(y, 'y', 'float32', [1, 3, height, width])
  const session = await openSession(graph.build())
  const results = await session.run({
    x: { type: 'float32', data: frames.data, shape: frames.shape },
    ...resizeFeeds(kind, rows, columns),
  })
  await session.close()
  return float32Data(results.y).slice(0, height * width)
}

/** The goldens' image, in all three channels. */
function image(height: number, width: number): FloatFrameArray {
  const data = new Float32Array(height * width * 3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = 127.5 + 60 * Math.sin(0.9 * x + 0.2 * y) + 60 * Math.cos(0.05 * x - 0.7 * y)
      data.fill(value, (y * width + x) * 3, (y * width + x) * 3 + 3)
    }
  return floatFrameArray(data, 1, height, width)
}

// Made by the original libraries: pixels (0,0), (1,1), (10,20), (150,150), (last,last); then mean and deviation (ddof 1) where given.
const goldens: [ResizeKind, number, number, number, number[], number?, number?][] = [
  ['tf1-bilinear', 256, 384, 299, [187.5, 230.7049, 111.64434, 86.63042, 67.49033], 127.504608, 56.75447],
  ['half-pixel-bilinear', 256, 384, 299, [194.16989, 231.94511, 114.06947, 79.65889, 73.97208], 127.505074, 56.754844],
  ['antialias-bilinear', 256, 384, 299, [200.2567, 232.06902, 112.76274, 83.01289, 68.05758], 127.505083, 55.585576],
  ['pillow-bicubic', 256, 384, 299, [196.96332, 237.34084, 112.32999, 77.13826, 70.18462], 127.505236, 59.321474],
  ['tf1-bilinear', 256, 256, 299, [187.5, 223.2377, 94.41447, 120.64341, 36.84507]],
  ['half-pixel-bilinear', 256, 256, 299, [187.5, 220.43353, 91.37537, 127.79302, 36.84506]],
  ['pillow-bicubic', 256, 256, 299, [186.04819, 223.30948, 91.25096, 128.19061, 33.92934]],
  ['half-pixel-bilinear', 256, 384, 224, [204.01318, 220.28465, 231.42455, 225.02106, 66.24923]],
]

for (const [kind, height, width, side, pixels, mean, deviation] of goldens) {
  test(`${kind}, ${height}×${width} to ${side}², in a graph, has the values of the original libraries`, async () => {
    const result = await resized(kind, image(height, width), side, side)

    const last = side * side - 1
    ;[0, side + 1, 10 * side + 20, 150 * side + 150, last].forEach((at, i) =>
      expect(Math.abs(result[at] - pixels[i])).toBeLessThan(1e-5 * pixels[i]),
    )
    const average = result.reduce((a, b) => a + b, 0) / result.length
    expect(Math.abs(average - (mean ?? average))).toBeLessThan(1e-5)
    const squares = result.reduce((sum, value) => sum + (value - average) ** 2, 0)
    const spread = Math.sqrt(squares / last)
    expect(Math.abs(spread - (deviation ?? spread))).toBeLessThan(1e-5)
  })
}

test('a window of the resized axis is the crop of the whole: the shorter-side golden', async () => {
  const rows = { input: 256, output: 224 }
  const columns = { input: 384, output: 336, window: { start: 56, count: 224 } }
  const result = await resizedAxes('half-pixel-bilinear', image(256, 384), rows, columns)
  const pixels = [121.09424, 123.18204, 26.9712, 183.89754, 110.54144]
  ;[0, 225, 10 * 224 + 20, 150 * 224 + 150, 224 * 224 - 1].forEach((at, i) =>
    expect(Math.abs(result[at] - pixels[i])).toBeLessThan(1e-5 * pixels[i]),
  )
  const whole = averagingMatrix('pillow-bicubic', { input: 40, output: 30 })
  const part = averagingMatrix('pillow-bicubic', { input: 40, output: 30, window: { start: 7, count: 5 } })
  expect(part).toEqual(whole.slice(7 * 40, 12 * 40))
})

test('the video package resizes to the same values, enlarging and reducing', async () => {
  const byHand = {
    'tf1-bilinear': tf1Bilinear,
    'half-pixel-bilinear': halfPixelBilinear,
    'antialias-bilinear': antialiasBilinear,
    'pillow-bicubic': pillowBicubicFloat,
  }
  for (const kind of ['tf1-bilinear', 'half-pixel-bilinear', 'antialias-bilinear', 'pillow-bicubic'] as const) {
    for (const [height, width] of [
      [37, 61],
      [1, 1],
      [3, 200],
    ]) {
      const frames = image(height, width)
      const [found, expected] = [await resized(kind, frames, 50, 45), byHand[kind](frames, 50, 45)]
      found.forEach((value, i) => expect(Math.abs(value - expected.data[3 * i])).toBeLessThan(1e-3))
    }
  }
})

test('a resize to the same size changes nothing, and a constant stays constant', async () => {
  for (const kind of ['tf1-bilinear', 'half-pixel-bilinear', 'antialias-bilinear', 'pillow-bicubic'] as const) {
    const frames = image(30, 40)
    const same = await resized(kind, frames, 30, 40)
    same.forEach((value, i) => expect(Math.abs(value - frames.data[3 * i])).toBeLessThan(1e-4))
    for (const input of [1, 2, 7, 299, 1080]) {
      const grey = floatFrameArray(new Float32Array(input * 3).fill(77), 1, input, 1)
      const result = await resized(kind, grey, 299, 3)
      result.forEach((value) => expect(Math.abs(value - 77)).toBeLessThan(1e-4))
    }
  }
})
