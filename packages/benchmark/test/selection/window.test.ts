import { expect, test } from 'vitest'
import { chooseStart, usedFrames, validStarts } from '../../src/selection/window.ts'

const length = { frames: 14, stride: 2 }
const isGood = (frame: number) => frame !== 30
const choose = (starts: number[]) => chooseStart(starts, 'centre', { id: 'x', seed: 0 })

test('one bad frame hits every second start where every second frame is used, and all of them where all are looked at', () => {
  const used = validStarts(70, 28, length, 'used', isGood)
  // A window from an even start of 4 to 30 uses frame 30; from an odd one none does.
  const expected = Array.from({ length: 43 }, (_, start) => start).filter(
    (start) => start % 2 === 1 || start > 30 || start + 26 < 30,
  )
  expect(used).toEqual(expected)
  expect(validStarts(70, 28, length, 'all', isGood)).toEqual([0, 1, 2, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42])
})

test('the first frame alone, or nothing, is looked at where the rule says so', () => {
  expect(validStarts(30, 28, length, 'first', (frame) => frame === 1)).toEqual([1])
  expect(validStarts(30, 28, length, 'none', () => false)).toEqual([0, 1, 2])
  expect(validStarts(27, 28, length, 'none', () => true)).toEqual([])
  expect(validStarts(27, 27, length, 'all', () => true)).toEqual([0])
  expect(usedFrames(3, length).at(-1)).toBe(29)
})

test('the centre is that of the longest run of starts, of several the earliest', () => {
  expect(choose([0, 2, 4, 6, 7, 8, 20, 21, 22])).toBe(7)
  expect(choose([3])).toBe(3)
  expect(choose([4, 5])).toBe(4)
  expect(choose([])).toBeUndefined()
})

test('a random start is drawn by seed and name: 42 and 900006 draw the last of 14', () => {
  const starts = Array.from({ length: 14 }, (_, index) => index + 7)
  // SHA-256 of "42:900006" begins with a39750f3 = 2744602867, which leaves 13 by 14.
  expect(chooseStart(starts, 'random', { id: '900006', seed: 42 })).toBe(20)
  expect(chooseStart(starts, 'first', { id: '900006', seed: 42 })).toBe(7)
  expect(chooseStart(starts, 'last', { id: '900006', seed: 42 })).toBe(20)
})
