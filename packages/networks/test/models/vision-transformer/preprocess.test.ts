import { join } from 'node:path'
import { readRawJson } from '@kinemetric/files'
import { frameArray, type FrameArray } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { clipPreprocessings } from '../../../src/models/clip-vision/features.ts'
import { dinoPreprocessings, dinov2Preprocessings } from '../../../src/models/dino/preprocess.ts'
import { type ImagePreprocessing, prepareImages } from '../../../src/models/vision-transformer/preprocess.ts'

const summary = z.object({
  shape: z.array(z.number()),
  mean: z.number(),
  std: z.number(),
  points_rgb: z.array(z.array(z.number())),
})
const golden = z.object({
  tolerance: z.object({ value: z.number() }),
  expected: z.record(z.string(), z.union([summary, z.array(z.number())])),
})
const { tolerance, expected } = golden.parse(
  await readRawJson(join(import.meta.dirname, 'goldens', 'preprocessing.json')),
)

function image(height: number, width: number): FrameArray {
  const data = Uint8Array.from({ length: height * width * 3 }, (_, i) => {
    const [y, x, c] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width, i % 3]
    const value = 127.5 + 70 * Math.sin(0.9 * x + 0.2 * y + 0.8 * c) + 70 * Math.cos(0.05 * x - 0.7 * y) + 0.5
    return Math.min(255, Math.max(0, Math.floor(value)))
  })
  return frameArray(data, 1, height, width)
}

const small = image(240, 320)
const wide = image(256, 384)

const cases: [string, ImagePreprocessing, FrameArray][] = [
  ['dgm_eval_dinov2_default', dinov2Preprocessings['dgm-eval'], small],
  ['dgm_eval_dinov2_clean', dinov2Preprocessings['dgm-eval-clean'], small],
  ['torch_fidelity_dinov2', dinov2Preprocessings['torch-fidelity'], small],
  ['vbench_dino', dinoPreprocessings.vbench, small],
  ['vbench_dino_256x384', dinoPreprocessings.vbench, wide],
  ['vbench_clip', clipPreprocessings.vbench, small],
  ['vbench_clip_256x384', clipPreprocessings.vbench, wide],
]

test.each(cases)('%s: a network’s input is the original’s', (name, preprocessing, frames) => {
  const { pixels, shape } = prepareImages(frames, preprocessing)
  const golden = expected[name]
  if (Array.isArray(golden)) throw new Error(`${name} is no summary`)
  expect(shape).toEqual([1, ...golden.shape])
  const [, , height, width] = shape
  const points = [
    [0, 0],
    [1, 1],
    [10, 20],
    [150, 150],
    [height - 1, width - 1],
  ]
  const off = points.flatMap(([y, x], p) =>
    [0, 1, 2].map((c) => Math.abs(pixels[(c * height + y) * width + x] - golden.points_rgb[p][c])),
  )
  expect(Math.max(...off)).toBeLessThan(tolerance.value)
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length
  const deviation = Math.sqrt(pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0) / pixels.length)
  expect(mean).toBeCloseTo(golden.mean, 5)
  expect(deviation).toBeCloseTo(golden.std, 5)
})

test('several frames are prepared as each alone', () => {
  const two = frameArray(Uint8Array.from([...small.data, ...small.data.map((value) => 255 - value)]), 2, 240, 320)
  const both = prepareImages(two, dinov2Preprocessings['dgm-eval'])
  const first = prepareImages(small, dinov2Preprocessings['dgm-eval'])
  expect(both.shape).toEqual([2, 3, 224, 224])
  expect(both.pixels.subarray(0, first.pixels.length)).toEqual(first.pixels)
})
