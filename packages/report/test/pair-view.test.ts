import type { ComparedPair } from '@kinemetric/records'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { detectableWords, pairOf, pWords, signed, verdictWords } from '../src/board/pair-view.ts'
import { comparedColumn } from './fixtures.ts'

const verdicts = [
  'first-better',
  'second-better',
  'not-separated',
  'cannot-separate',
  'not-resolved',
  'identical',
] as const

const pairs = fc.record({
  difference: fc.double({ min: -5, max: 5, noNaN: true }),
  half: fc.double({ min: 0, max: 1, noNaN: true }),
  verdict: fc.constantFrom(...verdicts),
  p: fc.double({ min: 1e-5, max: 1, noNaN: true }),
  times: fc.double({ min: 1, max: 28, noNaN: true }),
  resolution: fc.option(fc.double({ min: 0, max: 20, noNaN: true }), { nil: undefined }),
})

test('seen from either method a pair says one thing, and a direction only where it is separated', () => {
  const property = fc.property(pairs, ({ difference, half, verdict, p, times, resolution }) => {
    const column = comparedColumn({ metric: 'psnr', values: { a: difference, b: 0 } })
    const pair: ComparedPair = {
      ...column.pairs[0],
      difference,
      interval: { low: difference - half, high: difference + half },
      verdict,
      p,
      pAdjusted: Math.min(1, p * times),
      ...(resolution === undefined ? {} : { resolution }),
    }
    const [one, other] = [pairOf([pair], 'a', 'b')!, pairOf([pair], 'b', 'a')!]
    expect(other.difference).toBe(0 - one.difference)
    expect([other.interval!.low, other.interval!.high]).toEqual([0 - one.interval!.high, 0 - one.interval!.low])
    const separated = verdict === 'first-better' || verdict === 'second-better'
    expect(new Set([one.separated, other.separated])).toEqual(new Set(separated ? ['better', 'worse'] : [null]))
    const words = [one, other].flatMap((view) => [
      verdictWords(view, column, 2),
      detectableWords(view, column, 2),
      pWords(view, column),
    ])
    expect(/better|worse/.test(words.join(' '))).toBe(separated)
    expect(words.join(' ')).not.toMatch(/p = 0\.000|NaN|undefined/)
    expect(pairOf([pair], 'a', 'c')).toBeNull()
  })
  fc.assert(property, { seed: 3, numRuns: 1000 })
})

test('a table’s family is decided by, and shows, the p over the whole table', () => {
  const column = comparedColumn({ metric: 'psnr', values: { a: 1, b: 0 }, separated: [['a', 'b']] })
  expect(pWords(pairOf(column.pairs, 'a', 'b')!, column)).toBe('p = 0.023 (before Holm 0.008)')
  const table = { ...column, family: { ...column.family, kind: 'table' as const } }
  expect(pWords(pairOf(table.pairs, 'a', 'b')!, table)).toBe('p = 0.047 (before Holm 0.008)')
})

test('at the limit of the draws p is said to be one', () => {
  const column = comparedColumn({ metric: 'psnr', values: { a: 1, b: 0 }, separated: [['a', 'b']] })
  const pair = { ...column.pairs[0], draws: 99_999, smallestP: 2e-5, p: 2e-5, pAdjusted: 5.6e-4 }
  expect(pWords(pairOf([pair], 'a', 'b')!, column)).toBe('p < 0.001 (before Holm ≤ 2e-5, the smallest of 99,999 draws)')
  expect(pWords(pairOf([{ ...pair, pAdjusted: 2e-5 }], 'a', 'b')!, column)).toBe('p ≤ 2e-5 (smallest of 99,999 draws)')
})

test('a difference has its sign, and 0 has none', () => {
  expect([signed(0.0123, 3), signed(-0.0123, 3), signed(0.0001, 3), signed(-0.0001, 3), signed(0, 3)]).toEqual([
    '+0.012',
    '−0.012',
    '0.000',
    '0.000',
    '0.000',
  ])
})
