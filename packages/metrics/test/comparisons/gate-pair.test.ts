import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gatePair } from '../../src/comparisons/gate-pair.ts'
import { marginByError } from '../../src/comparisons/margin-by-error.ts'
import { clipsNeeded, detectableDifference, powerOf } from '../../src/comparisons/planning.ts'
import { studentP, studentQuantile } from '../../src/intervals/probability/student.ts'

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true })

describe('the margin of a distance by its error', () => {
  test('is Student’s t on both sides of it', () => {
    const { pNonInferior, pInferior, interval, estimate } = marginByError({ difference: 3, se: 2, units: 12 }, 5, {
      better: 'lower',
    })
    expect(estimate).toBe(-3)
    expect(2 * pNonInferior).toBeCloseTo(studentP(1, 11), 12)
    expect(pNonInferior + pInferior).toBeCloseTo(1, 12)
    expect(interval!.high - interval!.low).toBeCloseTo(2 * studentQuantile(0.95, 11) * 2, 12)
  })

  test('passes exactly where the low end lies above −margin, fails where the high end lies below', () => {
    fc.assert(
      fc.property(
        finite(-20, 20),
        finite(0.01, 10),
        fc.integer({ min: 5, max: 300 }),
        finite(0, 20),
        fc.constantFrom('higher' as const, 'lower' as const),
        (difference, se, units, margin, better) => {
          const { verdict, interval, equivalent } = marginByError({ difference, se, units }, margin, { better })
          const clear = Math.abs(interval!.low + margin) > 1e-9 && Math.abs(interval!.high + margin) > 1e-9
          const expected = interval!.low > -margin ? 'pass' : interval!.high < -margin ? 'fail' : 'undecided'
          expect(!clear || verdict === expected).toBe(true)
          expect(!equivalent || verdict === 'pass').toBe(true)
        },
      ),
      { seed: 4, numRuns: 500 },
    )
  })

  test.each([
    ['no error', { difference: 1, se: null, units: 20 }],
    ['an error of 0', { difference: 1, se: 0, units: 20 }],
    ['four units', { difference: 1, se: 1, units: 4 }],
  ])('of %s cannot tell', (_, given) => {
    expect(marginByError(given, 5, { better: 'lower' })).toMatchObject({ verdict: 'cannot-tell', interval: null })
  })

  test('so many units would decide that the low end reaches the margin', () => {
    const { unitsToDecide } = marginByError({ difference: 1, se: 2, units: 20 }, 2, { better: 'lower' })
    // Of an error that shrinks with the root of the units, by the quantile of today's.
    expect(unitsToDecide).toBe(Math.ceil(20 * (studentQuantile(0.95, 19) * 2) ** 2))
  })
})

function turned(side: Map<string, number>): Map<string, number> {
  return new Map([...side].map(([clip, value]): [string, number] => [clip, -value]))
}

describe('a metric before and after', () => {
  const clips = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  const values = (of: (at: number) => number) => new Map(clips.map((clip, at): [string, number] => [clip, of(at)]))

  test('says the same of a metric and of its negative, turned', () => {
    fc.assert(
      fc.property(fc.array(finite(-1, 1), { minLength: 8, maxLength: 8 }), finite(0.01, 1), (shifts, margin) => {
        const [baseline, candidate] = [values((at) => at), values((at) => at + shifts[at])]
        const up = gatePair({ clips, baseline, candidate }, { better: 'higher', margin })
        const down = gatePair(
          { clips, baseline: turned(baseline), candidate: turned(candidate) },
          { better: 'lower', margin },
        )
        expect([down.test, down.sd, down.wide, down.unitsPlanned]).toEqual([up.test, up.sd, up.wide, up.unitsPlanned])
        expect([down.larger, down.smaller]).toEqual([up.smaller, up.larger])
      }),
      { seed: 6, numRuns: 100 },
    )
  })

  test('of windows of videos counts videos', () => {
    const pair = gatePair(
      { clips, baseline: values(() => 0), candidate: values((at) => at), unitOf: (clip) => (clip < 'e' ? 'x' : 'y') },
      { better: 'higher', margin: 1 },
    )
    expect(pair).toMatchObject({ units: 2, difference: 3.5, test: { verdict: 'cannot-tell' } })
  })

  test('gives quantiles as numpy does', () => {
    const pair = gatePair(
      { clips, baseline: values(() => 0), candidate: values((at) => at * at) },
      { better: 'higher', margin: undefined },
    )
    // numpy.quantile([0, 1, 4, 9, 16, 25, 36, 49], [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1])
    const expected = [0, 0.35, 3.25, 12.5, 27.75, 44.45, 49]
    pair.quantiles.forEach((value, at) => expect(value).toBeCloseTo(expected[at], 12))
    expect(pair.test).toBeUndefined()
  })
})

test('power is what planning plans with, turned round', () => {
  fc.assert(
    fc.property(fc.integer({ min: 6, max: 3000 }), finite(0.1, 0.99), fc.boolean(), (n, power, oneSided) => {
      const seen = detectableDifference(n, 2, { power, oneSided })!
      expect(powerOf(n, seen, 2, { oneSided })).toBeCloseTo(power, 9)
      expect(clipsNeeded(seen * (1 + 1e-9), 2, { power, oneSided })).toBeLessThanOrEqual(n)
    }),
    { seed: 2, numRuns: 200 },
  )
  expect(powerOf(4, 100, 1, { oneSided: true })).toBe(0)
})
