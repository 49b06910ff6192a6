import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { holm } from '../../src/comparisons/holm.ts'
import { rankIntervals } from '../../src/comparisons/rank-intervals.ts'
import { signFlipTest } from '../../src/comparisons/flips/sign-flip.ts'
import { orderStability } from '../../src/comparisons/stability.ts'
import { golden, hasGoldens, near, numbers } from './golden.ts'

const pair = z.tuple([z.number(), z.number()])
const rankCase = z.object({
  better: z.enum(['higher', 'lower']),
  values: z.array(numbers).optional(),
  seed: z.number().optional(),
  draws: z.number().nullable().optional(),
  means: numbers,
  alpha: z.number(),
  pairs: z.array(pair),
  p: numbers.optional(),
  adjusted: numbers,
  rankLow: numbers,
  rankHigh: numbers,
  layer: numbers,
  marks: z.array(z.string()),
})

describe('ranks', () => {
  it.skipIf(!hasGoldens)('correct p as statsmodels does', () => {
    const { cases } = golden('holm', z.object({ cases: z.array(z.object({ p: numbers, adjusted: numbers })) }))
    for (const { p, adjusted } of cases)
      holm(p).forEach((value, i) => expect(Math.abs(value - adjusted[i])).toBeLessThanOrEqual(1e-12))
  })

  it.skipIf(!hasGoldens)('have intervals, layers and marks', () => {
    const { cases } = golden('ranks', z.object({ cases: z.array(rankCase) }))
    expect(cases.length).toBeGreaterThan(3)
    for (const { better, values, seed, draws, means, alpha, pairs, ...expected } of cases) {
      const tested =
        values &&
        pairs.map(([a, b]) => {
          const sums = Float64Array.from(values[a], (value, clip) => value - values[b][clip])
          return signFlipTest({ sums }, { seed, draws: draws ?? undefined }).p
        })
      expect(tested).toEqual(expected.p)
      const adjusted = expected.p === undefined ? expected.adjusted : holm(expected.p)
      const separated = pairs.flatMap(([a, b], i) =>
        adjusted[i] > alpha
          ? []
          : [means[a] > means[b] === (better === 'higher') ? ([a, b] as const) : ([b, a] as const)],
      )
      const ranks = rankIntervals(means.length, separated)
      expect(ranks.map(({ rankLow }) => rankLow)).toEqual(expected.rankLow)
      expect(ranks.map(({ rankHigh }) => rankHigh)).toEqual(expected.rankHigh)
      expect(ranks.map(({ layer }) => layer)).toEqual(expected.layer)
      expect(ranks.map(({ mark }) => mark)).toEqual(expected.marks)
    }
  })

  it('hold each separation: the better one never ends below the worse one’s beginning', () => {
    const methods = 6
    const all = Array.from({ length: methods }, (_, a) => Array.from({ length: a }, (__, b) => [b, a] as const)).flat()
    fc.assert(
      fc.property(fc.subarray(all), (separated) => {
        const ranks = rankIntervals(methods, separated)
        for (const [better, worse] of separated) {
          expect(ranks[better].layer).toBeLessThan(ranks[worse].layer)
          expect(ranks[better].rankHigh).toBeLessThan(methods)
          expect(ranks[worse].rankLow).toBeGreaterThan(1)
        }
        for (const { rankLow, rankHigh } of ranks) expect(rankLow).toBeLessThanOrEqual(rankHigh)
        expect(ranks.every(({ mark }) => mark === 'none')).toBe(separated.length === 0)
      }),
      { seed: 3, numRuns: 300 },
    )
    expect(() =>
      rankIntervals(2, [
        [0, 1],
        [1, 0],
      ]),
    ).toThrow(/circle/)
  })

  const stabilityFile = z.object({
    better: z.enum(['higher', 'lower']),
    values: z.array(numbers),
    seed: z.number(),
    resamples: z.number(),
    firstShare: numbers,
    sameOrderShare: z.number(),
    rankShares: z.array(numbers),
    aboveShare: z.array(numbers),
    meanKendallTau: z.number(),
  })

  it.skipIf(!hasGoldens)('are described under resampling', () => {
    const expected = golden('stability', stabilityFile)
    const { better, seed, resamples } = expected
    const found = orderStability(
      expected.values.map((row) => Float64Array.from(row)),
      better,
      { seed, resamples },
    )
    expect(found.first).toEqual(expected.firstShare)
    expect(found.sameOrder).toBe(expected.sameOrderShare)
    expect(found.ranks).toEqual(expected.rankShares)
    expect(found.above).toEqual(expected.aboveShare)
    expect(near(found.tau!, expected.meanKendallTau)).toBe(true)
  })
})
