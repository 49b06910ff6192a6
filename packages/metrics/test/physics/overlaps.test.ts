import { expect, test } from 'vitest'
import { overlapOf, overlapsOfTimes, timesMoving } from '../../src/physics/overlaps.ts'

/** 0 and 1 by a fixed rule. */
const mask = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, i) => (Math.sin(seed + i * i) > 0.2 ? 1 : 0))

test.each([1, 3, 4, 1023, 1025, 4 * 255 + 6, 9001])('the overlap of %i pixels is counted pixel by pixel', (length) => {
  // From an odd place in memory too.
  const [a, b] = [mask(length + 1, 1).subarray(1), mask(length, 2)]
  let [both, either] = [0, 0]
  for (const [i, one] of a.entries()) {
    both += one & b[i]
    either += one | b[i]
  }
  expect(overlapOf(a, b)).toBe(either === 0 ? 1 : both / either)
})

test('nothing that moves on both sides is the same', () => {
  expect(overlapOf(new Uint8Array(7), new Uint8Array(7))).toBe(1)
  const still = timesMoving(new Uint8Array(14), 2)
  expect(overlapsOfTimes(still, still)).toEqual({ spatial: 1, weightedSpatial: 1 })
})

test('pixels are counted over more frames than a byte holds', () => {
  const [size, count] = [7, 600]
  const [a, b] = [mask(size * count, 1), mask(size * count, 2)]
  const times = (moving: Uint8Array) =>
    Uint32Array.from({ length: size }, (_, i) => {
      let sum = 0
      for (let t = 0; t < count; t++) sum += moving[t * size + i]
      return sum
    })
  expect(timesMoving(a, count)).toEqual(times(a))
  const always = new Uint8Array(size * count).fill(1)
  expect(timesMoving(always, count)).toEqual(new Uint32Array(size).fill(count))
  const [one, other] = [times(a), times(b)]
  const sumOf = (pick: (x: number, y: number) => number) =>
    one.reduce((sum, value, i) => sum + pick(value, other[i]), 0)
  expect(overlapsOfTimes(one, other)).toEqual({ spatial: 1, weightedSpatial: sumOf(Math.min) / sumOf(Math.max) })
})
