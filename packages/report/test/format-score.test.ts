import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { differenceDecimals, formatInterval, formatNumber } from '../src/board/format-score.ts'
import { differenceText } from '../src/board/pair-words.ts'
import { comparedColumn } from './fixtures.ts'

const sizes = fc.double({ min: 1e-7, max: 1e3, noNaN: true })
const ends = fc.tuple(sizes, fc.constantFrom(-1, 1)).map(([size, sign]) => size * sign)

test('rounding never makes a difference of none, nor puts an end of its interval on 0', () => {
  const property = fc.property(ends, ends, ends, fc.integer({ min: 1, max: 3 }), (difference, a, b, decimals) => {
    const interval = { low: Math.min(a, b), high: Math.max(a, b) }
    const digits = differenceDecimals({ difference, interval }, decimals)
    expect(digits).toBeGreaterThanOrEqual(decimals)
    // Six more at most: what is smaller than that is shown as 0.
    const told = [difference, interval.low, interval.high].filter((value) => Math.abs(value) >= 10 ** -(decimals + 6))
    expect(told.filter((value) => /^−?0\.0+$/.test(formatNumber(value, digits)))).toEqual([])
  })
  fc.assert(property, { seed: 20261129 })
})

test('a difference in the fourth decimal of a metric with three is told with its sign', () => {
  const [pair] = comparedColumn({ metric: 'ssim', values: { a: 0.7, b: 0.70014 } }).pairs
  const small = { ...pair, difference: -0.00014, interval: { low: -0.0123, high: -0.00008 } }
  expect(differenceText(small, 3)).toBe('−0.00014 [−0.01230, −0.00008]')
  expect(differenceText({ ...small, difference: -0.0114, interval: { low: -0.0238, high: 0.0012 } }, 3)).toBe(
    '−0.011 [−0.024, 0.001]',
  )
  expect(differenceDecimals({ difference: 0, interval: null }, 3)).toBe(3)
  expect(formatInterval({ low: -0.0004, high: 0.2 }, 3)).toBe('[0.000, 0.200]')
})
