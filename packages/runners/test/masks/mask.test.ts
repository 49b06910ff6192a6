import { frameArray } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { areaOf, grown, masksOf, shrunk } from '../../src/masks/mask.ts'
import { drawMask } from './draw-mask.ts'

const square = drawMask(20, 20, (x, y) => x >= 8 && x < 12 && y >= 8 && y < 12)

test('a control signal becomes a mask a frame: above 127 is the driver', () => {
  const grey = [0, 127, 128, 255].flatMap((value) => [value, value, value])
  expect(masksOf(frameArray(Uint8Array.from(grey), 2, 1, 2)).map(({ inside }) => [...inside])).toEqual([
    [0, 0],
    [1, 1],
  ])
})

test('growing is by Euclidean distance, and by 0 nothing', () => {
  expect(grown(square, 0)).toEqual(square)
  // 4 × 4, a row on each side, no corners.
  expect(areaOf(grown(square, 1))).toBe(16 + 4 * 4)
  expect(areaOf(grown(square, Math.SQRT2))).toBe(36)
  expect(
    areaOf(
      grown(
        drawMask(4, 4, () => false),
        3,
      ),
    ),
  ).toBe(0)
})

test('shrinking takes the edge, but not at the border of the frame', () => {
  expect(shrunk(square, 0)).toEqual(square)
  expect(areaOf(shrunk(square, 1))).toBe(4)
  expect(areaOf(shrunk(square, 2))).toBe(0)
  const half = drawMask(10, 10, (x) => x < 5)
  expect(shrunk(half, 2)).toEqual(drawMask(10, 10, (x) => x < 3))
})
