import { expect, test } from 'vitest'
import { printedDecimals } from '../../src/claims/printed-decimals.ts'

const of = (value: number | null, decimals?: number) => ({ metric: 'psnr', value, decimals })

test('digits that a column shows are its most; what a claim says counts for it, empty cells for nothing', () => {
  expect(printedDecimals([of(19.93), of(20.1), of(null)])).toBe(2)
  expect(printedDecimals([of(5), of(7)])).toBe(0)
  expect(printedDecimals([of(5, 1), of(7)])).toBe(1)
  expect(printedDecimals([of(null)])).toBe(0)
})
