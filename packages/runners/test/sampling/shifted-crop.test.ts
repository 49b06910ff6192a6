import { frameArray } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { shiftedCrop } from '../../src/sampling/shifted-crop.ts'

test('the 50 columns on the left are cut away, and the others stretched over the width; every frame and line alike', () => {
  const [count, height, width] = [2, 3, 100]
  const pixels = Uint8Array.from({ length: count * height * width * 3 }, (_, i) => {
    const [x, line] = [Math.floor(i / 3) % width, Math.floor(i / (3 * width))]
    return 2 * x + line
  })
  const cropped = shiftedCrop(frameArray(pixels, count, height, width))
  expect(cropped.shape).toEqual([count, height, width, 3])
  for (let t = 0; t < count; t++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        // Half a column of the source a column, between the first and the last of those that are left.
        const source = Math.min(Math.max(50 + (x + 0.5) / 2 - 0.5, 50), 99)
        expect(Math.abs(cropped.get(t, y, x, 1) - (2 * source + 3 * t + y))).toBeLessThanOrEqual(0.5)
      }
})
