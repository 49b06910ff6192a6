import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { flippedUnits, flipPatterns } from '../../src/comparisons/flips/flip-patterns.ts'
import { marginTest } from '../../src/comparisons/flips/equivalence.ts'
import { openFlips, signFlipTest } from '../../src/comparisons/flips/sign-flip.ts'
import { bounds, golden, hasGoldens, near, numbers, sameBounds } from './golden.ts'

const flipCase = z.object({
  name: z.string(),
  differences: numbers.optional(),
  unitSums: numbers.optional(),
  unitWeights: numbers.optional(),
  exact: z.boolean(),
  level: z.number(),
  seed: z.number().optional(),
  draws: z.number().optional(),
  estimate: z.number(),
  pGreater: z.number(),
  pLess: z.number(),
  p: z.number(),
  smallestP: z.number(),
  interval: bounds,
})

describe('sign flips', () => {
  it.skipIf(!hasGoldens)(
    'have the p of scipy.stats.permutation_test and the interval that moving the shift finds',
    () => {
      const { cases } = golden('sign-flip', z.object({ cases: z.array(flipCase) }))
      expect(cases.length).toBeGreaterThan(10)
      for (const { name, ...expected } of cases) {
        const sums = Float64Array.from(expected.unitSums ?? expected.differences ?? [])
        const weights = expected.unitWeights && Float64Array.from(expected.unitWeights)
        const found = signFlipTest(
          { sums, weights },
          { level: expected.level, draws: expected.draws, seed: expected.seed },
        )
        expect([name, found.pGreater, found.pLess, found.p, found.smallestP, found.exact]).toEqual([
          name,
          expected.pGreater,
          expected.pLess,
          expected.p,
          expected.smallestP,
          expected.exact,
        ])
        expect(near(found.estimate, expected.estimate) || found.estimate === expected.estimate).toBe(true)
        expect(sameBounds(found.interval, expected.interval), name).toBe(true)
      }
    },
  )

  it.skipIf(!hasGoldens)('draw the patterns that PCG32 gives in any language', () => {
    const { cases } = golden('random', z.object({ cases: z.array(z.looseObject({ seed: z.number() })) }))
    const expected = cases.find((item) => 'flippedUnitsOfFirstThreeDraws' in item)!
    const patterns = flipPatterns(Number(expected.units), 3, expected.seed)
    expect([0, 1, 2].map((draw) => flippedUnits(patterns, draw))).toEqual(expected.flippedUnitsOfFirstThreeDraws)
  })

  const marginCase = z.object({
    differences: numbers,
    better: z.enum(['higher', 'lower']),
    margin: z.number(),
    seed: z.number(),
    draws: z.number().nullable(),
    pNonInferior: z.number(),
    pInferior: z.number(),
    pEquivalent: z.number(),
    interval90: bounds,
    gate: z.string(),
    equivalent: z.boolean(),
  })

  it.skipIf(!hasGoldens)('say whether one is no worse by a margin, and whether both are equivalent', () => {
    for (const expected of golden('equivalence', z.object({ cases: z.array(marginCase) })).cases) {
      const { better, margin, seed } = expected
      const found = marginTest({ sums: Float64Array.from(expected.differences) }, margin, {
        better,
        seed,
        draws: expected.draws ?? undefined,
      })
      expect([found.pNonInferior, found.pInferior, found.pEquivalent, found.verdict, found.equivalent]).toEqual([
        expected.pNonInferior,
        expected.pInferior,
        expected.pEquivalent,
        expected.gate,
        expected.equivalent,
      ])
      expect(sameBounds(found.interval, expected.interval90)).toBe(true)
    }
  })

  const differences = fc.oneof(
    ...[
      [6, 11],
      [21, 24],
    ].map(([minLength, maxLength]) =>
      fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength, maxLength }),
    ),
  )
  const options = { draws: 199 }

  it('never contradict their interval: 0 lies outside exactly where p is at most 1 − level', () => {
    fc.assert(
      fc.property(differences, (values) => {
        const { p, interval } = signFlipTest({ sums: Float64Array.from(values) }, options)
        if (interval === null) return
        const tolerance = 1e-11 * values.reduce((sum, value) => sum + Math.abs(value), 0)
        const inside = interval.low <= tolerance && interval.high >= -tolerance
        const outside = interval.low > -tolerance || interval.high < tolerance
        expect(p <= 0.05 ? outside : inside).toBe(true)
      }),
      { seed: 7, numRuns: 200 },
    )
  })

  it('turn with the sign of the differences, and do not see their scale', () => {
    fc.assert(
      fc.property(differences, fc.constantFrom(0.5, 2, 1024), (values, scale) => {
        const own = signFlipTest({ sums: Float64Array.from(values) }, options)
        const turned = signFlipTest({ sums: Float64Array.from(values, (value) => -value * scale) }, options)
        expect([turned.pGreater, turned.pLess, turned.p]).toEqual([own.pLess, own.pGreater, own.p])
      }),
      { seed: 8, numRuns: 100 },
    )
  })

  it('find the ends of the interval by moving the shift across them', () => {
    const sums = Float64Array.from([0.3, -0.1, 0.7, 0.4, 0.2, 0.9, -0.3, 0.5, 0.1])
    const { interval } = signFlipTest({ sums })
    const flips = openFlips({ sums })
    const p = (shift: number) => 2 * Math.min(flips.tails(shift).pGreater, flips.tails(shift).pLess)
    expect(p(interval!.low - 1e-9)).toBeLessThanOrEqual(0.05)
    expect(p(interval!.low + 1e-9)).toBeGreaterThan(0.05)
    expect(p(interval!.high - 1e-9)).toBeGreaterThan(0.05)
    expect(p(interval!.high + 1e-9)).toBeLessThanOrEqual(0.05)
  })

  it('refuse what is no difference, and say which unit', () => {
    expect(() => signFlipTest({ sums: Float64Array.of(1, Number.NaN) })).toThrow(/NaN .* unit 1/)
    expect(() => signFlipTest({ sums: new Float64Array() })).toThrow(/at least one unit/)
    expect(() => signFlipTest({ sums: Float64Array.of(1), weights: Float64Array.of(0) })).toThrow(/weights above 0/)
  })
})
