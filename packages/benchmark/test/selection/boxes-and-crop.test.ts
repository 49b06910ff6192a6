import { frameArray, maskCropOffset } from '@kinemetric/video'
import { array, assert, integer, nat, property, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { type Box, clampBox, isUsable, largestOf, unionOf } from '../../src/selection/boxes.ts'
import { centreOf, coverOf, cropAround, overlapsCrop } from '../../src/selection/crop.ts'

test('a box is used from a pixel on inside of the frame', () => {
  const size = [240, 427] as const
  expect(clampBox([-0.44, 3, 427.00000000000006, 240.00000000000003], size)).toEqual([0, 3, 427, 240])
  expect(isUsable(clampBox([430.2, 10, 441.7, 20], size))).toBe(false)
  expect(isUsable(clampBox([10, 10, 10, 20], size))).toBe(false)
  expect(isUsable(clampBox([426, 239, 500, 500], size))).toBe(true)
})

test('several boxes are one, or the largest of them', () => {
  const boxes: Box[] = [
    [0, 0, 10, 10],
    [20, 5, 40, 15],
    [0, 0, 20, 10],
  ]
  expect(unionOf(boxes)).toEqual([0, 0, 40, 15])
  expect(largestOf(boxes)).toEqual([20, 5, 40, 15])
  expect(unionOf([])).toBeUndefined()
  expect(largestOf([])).toBeUndefined()
})

test('a crop around whole boxes is where the crop around their pixels is', () => {
  const cover = { native: [60, 100], resized: [60, 100], target: [60, 40] } as const
  const whole = tuple(nat(98), nat(58), integer({ min: 1, max: 40 }), integer({ min: 1, max: 30 }))
  assert(
    property(array(whole, { minLength: 1, maxLength: 4 }), (drawn) => {
      const boxes = drawn.map(([x, y, w, h]) => clampBox([x, y, x + w, y + h], [60, 100]))
      const data = new Uint8Array(60 * 100 * 3)
      for (const [x1, y1, x2, y2] of boxes)
        for (let y = y1; y < y2; y++) data.fill(255, (y * 100 + x1) * 3, (y * 100 + x2) * 3)
      expect(cropAround(boxes, cover)).toEqual(maskCropOffset(frameArray(data, 1, 60, 100), 60, 40))
    }),
  )
})

test('a crop stays in the frame, and is in the middle where there is nothing to keep in sight', () => {
  const cover = coverOf([240, 427], [256, 384])
  expect(cover.resized).toEqual([256, 455])
  expect(cropAround([[0, 0, 20, 20]], cover)).toEqual({ top: 0, left: 0 })
  expect(cropAround([[400, 0, 427, 20]], cover)).toEqual({ top: 0, left: 71 })
  expect(cropAround([], cover)).toEqual({ top: 0, left: 35 })
  // 35.5 goes to the even 36, as torchvision's centre crop does.
  expect(centreOf(cover)).toEqual({ top: 0, left: 36 })
})

test('a box is in a crop where a resized pixel of it is', () => {
  const cover = { native: [100, 200], resized: [200, 400], target: [200, 200] } as const
  const crop = { top: 0, left: 100 }
  expect(overlapsCrop([40, 0, 50.5, 10], crop, cover)).toBe(true)
  expect(overlapsCrop([40, 0, 50.4, 10], crop, cover)).toBe(false)
  expect(overlapsCrop([149.5, 99.5, 160, 100], crop, cover)).toBe(true)
  expect(overlapsCrop([149.6, 0, 160, 10], crop, cover)).toBe(false)
})
