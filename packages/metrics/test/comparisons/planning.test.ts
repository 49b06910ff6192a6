import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { permutationP, rankCorrelation, spearmanRho } from '../../src/comparisons/correlation.ts'
import { gateMargin } from '../../src/comparisons/gate-margin.ts'
import { kendallTau } from '../../src/comparisons/kendall.ts'
import { kthSmallest } from '../../src/comparisons/flips/order-statistic.ts'
import { clipsNeeded, detectableDifference, fewestUnits } from '../../src/comparisons/planning.ts'
import { bounds, golden, hasGoldens, near, numbers, sameBounds } from './golden.ts'

const powerFile = z.object({
  cases: z.array(
    z.object({
      difference: z.number(),
      sd: z.number(),
      alpha: z.number(),
      power: z.number(),
      n: z.number(),
      detectableAtN: z.number(),
    }),
  ),
  smallestN: z.array(z.object({ comparisons: z.number(), alpha: z.number(), smallestN: z.number() })),
})

describe('planning', () => {
  it.skipIf(!hasGoldens)('needs as many clips as the exact power by statsmodels does', () => {
    const { cases, smallestN } = golden('power', powerFile)
    for (const { difference, sd, alpha, power, n, detectableAtN } of cases) {
      expect(clipsNeeded(difference, sd, { alpha, power })).toBe(n)
      expect(near(detectableDifference(n, sd, { alpha, power })!, detectableAtN)).toBe(true)
    }
    for (const { comparisons, alpha, smallestN: n } of smallestN) expect(fewestUnits(comparisons, alpha)).toBe(n)
  })

  it('sees nothing where there is no room, and no more than it needs', () => {
    expect(detectableDifference(1, 1)).toBeNull()
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 5000 }), fc.double({ min: 0.01, max: 10, noNaN: true }), (n, sd) => {
        const seen = detectableDifference(n, sd)!
        expect(clipsNeeded(seen * (1 + 1e-9), sd)).toBeLessThanOrEqual(n)
      }),
      { seed: 1, numRuns: 200 },
    )
  })
})

const gateFile = z.object({
  runScores: numbers,
  repeatabilitySd: z.number(),
  repeatabilityLimit: z.number(),
  codecShiftPerClip: numbers,
  codecShiftUpper: z.number(),
  margin: z.number(),
})

describe('a gate’s margin', () => {
  it.skipIf(!hasGoldens)('is the largest of what repeats differ by and what the codec costs', () => {
    const expected = golden('gate', gateFile)
    const found = gateMargin(Float64Array.from(expected.runScores), {
      codecShifts: Float64Array.from(expected.codecShiftPerClip),
    })
    expect(near(found.repeatabilitySd, expected.repeatabilitySd)).toBe(true)
    expect(near(found.repeatabilityLimit, expected.repeatabilityLimit)).toBe(true)
    expect(near(found.codecShift!, expected.codecShiftUpper)).toBe(true)
    expect(near(found.margin, expected.margin)).toBe(true)
  })

  it('of repeats without any difference asks for equal frames, and of too few there is none', () => {
    expect(gateMargin(new Float64Array(5).fill(0.1), { own: 0.02 })).toMatchObject({ margin: 0.02, bitwise: true })
    expect(() => gateMargin(Float64Array.of(1, 2, 3))).toThrow(/at least 5 repeats/)
  })
})

const correlationFile = z.object({
  cases: z.array(
    z.object({
      x: numbers,
      y: numbers,
      n: z.number(),
      spearman: z.number(),
      kendallTauB: z.number(),
      spearmanInterval: bounds.optional(),
      kendallInterval: bounds.optional(),
      spearmanP: z.number().optional(),
      kendallP: z.number().optional(),
    }),
  ),
})

describe('rank correlation', () => {
  it.skipIf(!hasGoldens)('agrees with scipy', () => {
    for (const { x, y, ...expected } of golden('correlation', correlationFile).cases) {
      const found = rankCorrelation(x, y)
      expect(near(found.spearman!, expected.spearman)).toBe(true)
      expect(near(found.kendall!, expected.kendallTauB)).toBe(true)
      expect(sameBounds(found.spearmanInterval, expected.spearmanInterval)).toBe(true)
      expect(sameBounds(found.kendallInterval, expected.kendallInterval)).toBe(true)
      expect(expected.spearmanP === undefined || permutationP(spearmanRho, x, y) === expected.spearmanP).toBe(true)
      expect(expected.kendallP === undefined || permutationP(kendallTau, x, y) === expected.kendallP).toBe(true)
    }
  })

  it('has none where one side has no order', () => {
    expect(kendallTau([1, 1, 1], [1, 2, 3])).toBeNull()
    expect(spearmanRho([1, 2, 3], [2, 2, 2])).toBeNull()
    expect(permutationP(kendallTau, [1, 1, 1], [1, 2, 3])).toBeNull()
  })
})

it('kthSmallest finds what sorting finds', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 60 }), fc.nat(), (values, at) => {
      const k = at % values.length
      expect(kthSmallest(Float64Array.from(values), k)).toBe(values.toSorted((a, b) => a - b)[k])
    }),
    { seed: 5, numRuns: 300 },
  )
})
