import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { antialiasBilinear, frameArray, type FrameArray, torchNearest } from '@kinemetric/video'
import { describe, expect, test } from 'vitest'
import { evenly, everyFourth } from '../../../src/models/jepa/chosen-frames.ts'
import { clipInput, resizedClip, shorterSide } from '../../../src/models/jepa/clip-input.ts'
import { opencvLinear } from '../../../src/models/jepa/opencv-resize.ts'
import { patchRows } from '../../../src/models/jepa/patch-rows.ts'

interface Points {
  shape: number[]
  mean: number
  std: number
  points_rgb: number[][]
}

const {
  expected,
}: {
  expected: {
    jepa_eval_256x384: Points
    jepa_eval_240x320: Points
    jepa_eval_240x320_resized: [number, number]
    jepa_eval_240x320_crop_u8: [number[], number[], number[], number]
    worldarena_resize_256x384: Points
    worldarena_indices: Record<string, number[]>
  }
} = JSON.parse(readFileSync(join(import.meta.dirname, 'goldens', 'jepa-input.json'), 'utf8'))

/** im8 with s = 0, so many times. */
function picture(height: number, width: number, count = 1): FrameArray {
  const data = new Uint8Array(count * height * width * 3)
  for (let at = 0, t = 0; t < count; t++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < 3; c++) {
          const value = 127.5 + 70 * Math.sin(0.9 * x + 0.2 * y + 0.8 * c) + 70 * Math.cos(0.05 * x - 0.7 * y)
          data[at++] = Math.min(255, Math.max(0, Math.floor(value + 0.5)))
        }
  return frameArray(data, count, height, width)
}

/** Of the first frame of a planar clip: what is wrong with it. */
function unlikePoints(video: Float32Array, frames: number, side: number, golden: Points, tolerance: number): string[] {
  const at = (c: number, y: number, x: number) => video[(c * frames * side + y) * side + x]
  const found = [
    [0, 0],
    [1, 1],
    [10, 20],
    [150, 150],
    [side - 1, side - 1],
  ].map(([y, x]) => [0, 1, 2].map((c) => at(c, y, x)))
  return found.flatMap((point, i) =>
    point.flatMap((value, c) =>
      Math.abs(value - golden.points_rgb[i][c]) <= tolerance ? [] : [`${golden.points_rgb[i][c]}: ${value}`],
    ),
  )
}

describe('which frames', () => {
  test('16 of the whole clip', () => {
    for (const [count, numbers] of Object.entries(expected.worldarena_indices))
      expect(evenly(Number(count), 16)).toEqual(numbers)
  })

  test('every 4th of the first 64, or of fewer', () => {
    expect(everyFourth(100)).toEqual([0, 4, 8, 12, 17, 21, 25, 29, 34, 38, 42, 46, 51, 55, 59, 63])
    expect(everyFourth(28)).toEqual([0, 4, 9, 14, 18, 23, ...Array.from({ length: 10 }, () => 27)])
    expect(everyFourth(3)).toEqual(Array.from({ length: 16 }, () => 2))
    expect(everyFourth(5)).toEqual([0, ...Array.from({ length: 15 }, () => 4)])
  })
})

describe('sizes', () => {
  test('V-JEPA’s evaluation: OpenCV on bytes, exactly', async () => {
    expect(shorterSide(240, 320, 256)).toEqual({ height: 256, width: 341 })
    expect(expected.jepa_eval_240x320_resized).toEqual([256, 341])
    const clip = await resizedClip('vjepa', picture(240, 320), 'jepa-eval')
    const [first, second, third, sum] = expected.jepa_eval_240x320_crop_u8
    const pixel = (y: number, x: number) => [0, 1, 2].map((c) => clip.get(0, y, x, c))
    expect(pixel(0, 0)).toEqual(first)
    expect([pixel(10, 20), pixel(100, 100), pixel(112, 112), pixel(150, 150), pixel(223, 223)]).toEqual(
      expect.arrayContaining([second, third]),
    )
    let total = 0
    for (let y = 0; y < 224; y++) for (let x = 0; x < 224; x++) for (const value of pixel(y, x)) total += value
    expect(total).toBe(sum)
  })

  test.each([
    ['jepa_eval_256x384', 256, 384],
    ['jepa_eval_240x320', 240, 320],
  ] as const)('%s, normalised', async (name, height, width) => {
    const { video, size } = await clipInput('vjepa', picture(height, width), 'jepa-eval')
    expect(size).toEqual({ frames: 16, height: 224, width: 224 })
    expect(unlikePoints(video, 16, 224, expected[name], 2e-5)).toEqual([])
  })

  test('WorldArena’s: floats, antialiased', async () => {
    const clip = antialiasBilinear(picture(256, 384), 224, 224)
    const planes = new Float32Array(3 * 224 * 224)
    for (let y = 0; y < 224; y++)
      for (let x = 0; x < 224; x++)
        for (let c = 0; c < 3; c++) planes[(c * 224 + y) * 224 + x] = clip.get(0, y, x, c) / 255
    expect(unlikePoints(planes, 1, 224, expected.worldarena_resize_256x384, 2e-5)).toEqual([])
    const { video } = await clipInput('vjepa', picture(256, 384, 3), 'worldarena')
    const [mean, deviation] = [0.485, 0.229]
    expect(video[0]).toBeCloseTo((planes[0] - mean) / deviation, 5)
  })

  test('the package’s own tests, and V-JEPA 2', async () => {
    const clip = await resizedClip('vjepa', picture(256, 384, 40), 'package-test')
    expect(clip.shape).toEqual([32, 240, 320, 3])
    expect(clip.get(31, 17, 23, 1)).toBe(torchNearest(picture(256, 384), 240, 320).get(0, 17, 23, 1))
    await expect(resizedClip('vjepa', picture(64, 64, 31), 'package-test')).rejects.toMatchObject({
      code: 'too-few-frames',
    })
    expect(shorterSide(240, 427, 292)).toEqual({ height: 292, width: 519 })
    const { size } = await clipInput('vjepa', picture(240, 427, 2), 'hf-256')
    expect(size).toEqual({ frames: 16, height: 256, width: 256 })
  })

  test('OpenCV leaves a size that is there alone', async () => {
    const own = picture(12, 20)
    const same = await opencvLinear(own, 12, 20)
    expect(same.data).toEqual(own.data)
  })
})

test('patches: channel, frame, row and column of a token lie together', () => {
  const size = { frames: 4, height: 32, width: 48 }
  const video = Float32Array.from({ length: 3 * 4 * 32 * 48 }, (_, i) => i)
  const rows = patchRows(video, size)
  // Token of time 1, row 1, column 2; channel 2, its second frame, row 5, column 7.
  const token = (1 * 2 + 1) * 3 + 2
  expect(rows[token * 1536 + ((2 * 2 + 1) * 16 + 5) * 16 + 7]).toBe(((2 * 4 + 3) * 32 + 16 + 5) * 48 + 32 + 7)
})
