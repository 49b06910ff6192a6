import { expect, test } from 'vitest'
import { followMask } from '../../src/masks/follow-mask.ts'
import { inverse, mapX, mapY, type Similarity } from '../../src/masks/similarity.ts'
import { drawMask } from './draw-mask.ts'

const [height, width] = [128, 192]

/** A hand of sorts, which no turn or reflection lays over itself, by a rule of its own pixels. */
function hand(x: number, y: number): boolean {
  const palm = ((x - 60) / 16) ** 2 + ((y - 64) / 22) ** 2 < 1
  const finger = x >= 60 && x < 96 && y >= 50 && y < 58
  const thumb = x >= 54 && x < 64 && y >= 64 && y < 98
  return palm || finger || thumb
}

/** The hand moved. */
function moved(way: Similarity) {
  const back = inverse(way)
  return drawMask(height, width, (x, y) => hand(mapX(back, x, y), mapY(back, x, y)))
}

const still: Similarity = { fromX: 60, fromY: 64, toX: 60, toY: 64, a: 1, b: 0 }

/** The largest error of a movement over the hand's own places, in pixels. */
function errorOf(found: Similarity | undefined, wanted: Similarity): number {
  if (found === undefined) return Infinity
  const places = [
    [45, 64],
    [95, 54],
    [59, 97],
  ]
  return Math.max(
    ...places.map(([x, y]) =>
      Math.hypot(mapX(found, x, y) - mapX(wanted, x, y), mapY(found, x, y) - mapY(wanted, x, y)),
    ),
  )
}

test('the inverse leads back', () => {
  const way: Similarity = { fromX: 3, fromY: 4, toX: 10, toY: -2, a: 1.2, b: 0.4 }
  const [x, y] = [mapX(way, 7, 9), mapY(way, 7, 9)]
  expect(mapX(inverse(way), x, y)).toBeCloseTo(7, 12)
  expect(mapY(inverse(way), x, y)).toBeCloseTo(9, 12)
})

test.each([
  ['a shift', { ...still, toX: 90, toY: 50 }],
  ['a shift far beyond its own size', { ...still, toX: 140, toY: 64 }],
  ['a turn', { ...still, a: Math.cos(0.3), b: Math.sin(0.3) }],
  ['a growth', { ...still, a: 1.25 }],
  ['all at once', { ...still, toX: 80, toY: 60, a: 1.1 * Math.cos(-0.2), b: 1.1 * Math.sin(-0.2) }],
])('%s is found', (_, way) => {
  const [first, second] = followMask([moved(still), moved(way)])
  expect(errorOf(first, still)).toBeLessThan(1e-9)
  expect(errorOf(second, way)).toBeLessThan(2)
})

test('a movement is followed from frame to frame, past frames without a mask', () => {
  const ways = [0, 1, 2, 3, 4, 5].map((t) => ({
    ...still,
    toX: 60 + 9 * t,
    a: Math.cos(0.12 * t),
    b: Math.sin(0.12 * t),
  }))
  const masks = ways.map((way, t) => (t === 3 ? drawMask(height, width, () => false) : moved(way)))
  const found = followMask(masks)
  expect(found[3]).toBeUndefined()
  for (const t of [0, 1, 2, 4, 5]) expect(errorOf(found[t], ways[t])).toBeLessThan(3)
})

const arm = (shift: number) =>
  drawMask(height, width, (x, y) => (y >= 56 && y < 72 && x > 120 - shift) || Math.hypot(x - 120 + shift, y - 64) < 18)

test('an arm that comes in over the border moves as its hand does, not as its centre', () => {
  const [, found] = followMask([arm(0), arm(40)])
  expect(found).toBeDefined()
  const reached = found === undefined ? 0 : mapX(found, 120, 64)
  expect(Math.abs(reached - 80)).toBeLessThan(3)
})

test('where frame 0 shows nothing, nothing is known of any movement', () => {
  expect(followMask([drawMask(height, width, () => false), moved(still)])).toEqual([undefined, undefined])
})
