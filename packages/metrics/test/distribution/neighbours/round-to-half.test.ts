import { expect, test } from 'vitest'
import { roundToHalf } from '../../../src/distribution/neighbours/round-to-half.ts'

test('float16: every one stays, what lies between goes to the nearer, ties to the even one', () => {
  let before = 0
  for (let bits = 1; bits < 0x7c00; bits++) {
    const [exponent, fraction] = [bits >> 10, bits & 1023]
    const value = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25)
    const middle = (before + value) / 2
    const even = bits % 2 === 0 ? value : before
    expect([roundToHalf(value), roundToHalf(-value), roundToHalf(middle)]).toEqual([value, -value, even])
    expect(roundToHalf(middle * (1 + 2 ** -40))).toBe(value)
    before = value
  }
})

test('float16: beyond its largest is infinity', () => {
  expect(roundToHalf(65519)).toBe(65504)
  expect(roundToHalf(65520)).toBe(Infinity)
  expect(roundToHalf(-1e9)).toBe(-Infinity)
})
