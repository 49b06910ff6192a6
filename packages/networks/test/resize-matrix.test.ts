import {
  antialiasBilinear,
  floatFrameArray,
  halfPixelBilinear,
  pillowBicubicFloat,
  tf1Bilinear,
  type FloatFrameArray,
} from '@kinemetric/video'
import { expect, test } from 'vitest'

import { GraphBuilder, openSession } from '../src/index.ts'
import { resizeFrames } from '../src/resize-frames.ts'
import { resizeMatrix, transposed, type ResizeKind } from '../src/resize-matrix.ts'

/** The resize as the networks' graphs do it, of float frames `[1, H, W, 3]` without normalisation; the first channel. */
async function resized(
  kind: ResizeKind,
  frames: FloatFrameArray,
  height: number,
  width: number,
): Promise<Float32Array> {
  const [, inputHeight, inputWidth] = frames.shape
  const graph = new GraphBuilder(kind)
  const x = graph.input('x', 'float32', [1, 'height', 'width', 3])
  const rows = graph.input('rows', 'float32', [height, 'height'])
  const columns = graph.input('columns', 'float32', ['width', width])
  const clip = kind === 'pillow-bicubic'
  const y = resizeFrames(graph, x, rows, columns, height, { subtract: 0, divide: 1 }, clip)
  graph.output(y, 'y', 'float32', [1, 3, height, width])
  const session = await openSession(graph.build())
  const results = await session.run({
    x: { type: 'float32', data: frames.data, shape: frames.shape },
    rows: { type: 'float32', data: resizeMatrix(kind, inputHeight, height), shape: [height, inputHeight] },
    columns: {
      type: 'float32',
      data: transposed(resizeMatrix(kind, inputWidth, width), width, inputWidth),
      shape: [inputWidth, width],
    },
  })
  await session.close()
  return (results.y.data as Float32Array).slice(0, height * width)
}

/** METRICS §8.2's image, in all three channels. */
function image(height: number, width: number): FloatFrameArray {
  const data = new Float32Array(height * width * 3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = 127.5 + 60 * Math.sin(0.9 * x + 0.2 * y) + 60 * Math.cos(0.05 * x - 0.7 * y)
      data.fill(value, (y * width + x) * 3, (y * width + x) * 3 + 3)
    }
  return floatFrameArray(data, 1, height, width)
}

// METRICS §8.2: pixels (0,0), (1,1), (10,20), (150,150), (last,last); then mean and deviation (ddof 1) where given.
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
    if (mean !== undefined) expect(Math.abs(average - mean)).toBeLessThan(1e-5)
    const squares = result.reduce((sum, value) => sum + (value - average) ** 2, 0)
    if (deviation !== undefined) expect(Math.abs(Math.sqrt(squares / last) - deviation)).toBeLessThan(1e-5)
  })
}

test('a window of the resized axis is the crop of the whole: the shorter-side golden', async () => {
  const frames = image(256, 384)
  const rows = resizeMatrix('half-pixel-bilinear', 256, 224)
  const columns = resizeMatrix('half-pixel-bilinear', 384, 336, { start: 56, count: 224 })
  const pixel = (y: number, x: number): number => {
    let sum = 0
    for (let i = 0; i < 256; i++)
      for (let j = 0; j < 384; j++) {
        const weight = rows[y * 256 + i] * columns[x * 384 + j]
        if (weight !== 0) sum += weight * frames.get(0, i, j, 0)
      }
    return sum
  }
  const found = [pixel(0, 0), pixel(1, 1), pixel(10, 20), pixel(150, 150), pixel(223, 223)]
  ;[121.09424, 123.18204, 26.9712, 183.89754, 110.54144].forEach((value, i) =>
    expect(Math.abs(found[i] - value)).toBeLessThan(1e-5 * value),
  )
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

test('rows sum to 1 at every size, one sample and equal sizes included', () => {
  for (const kind of ['tf1-bilinear', 'half-pixel-bilinear', 'antialias-bilinear', 'pillow-bicubic'] as const) {
    for (const input of [1, 2, 7, 299, 1080]) {
      const matrix = resizeMatrix(kind, input, 299)
      for (let o = 0; o < 299; o++) {
        const sum = matrix.subarray(o * input, (o + 1) * input).reduce((a, b) => a + b, 0)
        expect(Math.abs(sum - 1)).toBeLessThan(1e-6)
      }
      if (input === 299) {
        expect(matrix.every((value, i) => value === (i % 300 === 0 ? 1 : 0))).toBe(true)
      }
    }
  }
})
