import { expect, test } from 'vitest'
import { frameGuidance } from '../../src/sampling/frame-guidance.ts'

test('rises evenly over the frames', () => {
  expect([...frameGuidance(1, 3, 3)]).toEqual([1, 2, 3])
  expect([...frameGuidance(1, 3, 14)][1]).toBeCloseTo(1 + 2 / 13, 6)
  expect([...frameGuidance(3, 1, 2)]).toEqual([3, 1])
  expect([...frameGuidance(1, 3, 1)]).toEqual([1])
})
