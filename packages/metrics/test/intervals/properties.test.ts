import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  expectedBestOf,
  hallInterval,
  sampleStatistics,
  studentCdf,
  studentQuantile,
  unitValues,
  wilsonInterval,
} from '@kinemetric/metrics'
import { groupByUnit, weightedSums } from '../../src/comparisons/unit-differences.ts'

const runs = { seed: 20261128, numRuns: 300 }
const number = fc.double({ min: -1e3, max: 1e3, noNaN: true })
const values = fc
  .array(number, { minLength: 5, maxLength: 60 })
  .filter((list) => Math.max(...list) - Math.min(...list) > 1)

describe('Student’s t', () => {
  test('quantiles of scipy 1.17 (stats.t.ppf), to 1e-10 of themselves', () => {
    for (const [probability, df, expected] of scipyQuantiles)
      expect(Math.abs(studentQuantile(probability, df) - expected)).toBeLessThanOrEqual(1e-10 * expected)
  })

  test('the quantile undoes the distribution, is odd, and falls to the normal one', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), fc.integer({ min: 1, max: 5000 }), (p, df) => {
        const t = studentQuantile(p, df)
        expect(studentCdf(t, df)).toBeCloseTo(p, 10)
        expect(studentCdf(-t, df)).toBeCloseTo(1 - p, 10)
      }),
      runs,
    )
    expect(studentQuantile(0.975, 1e6)).toBeCloseTo(1.959963984540054, 5)
  })
})

describe('hall-t', () => {
  test('moves and scales with the values, and turns over with their sign', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0.01, max: 100, noNaN: true }), number, (list, scale, shift) => {
        const own = hallInterval(Float64Array.from(list)).interval
        const moved = hallInterval(Float64Array.from(list, (x) => scale * x + shift)).interval
        const turned = hallInterval(Float64Array.from(list, (x) => -x)).interval
        expectNear(moved?.low, scale * (own?.low ?? Number.NaN) + shift)
        expectNear(moved?.high, scale * (own?.high ?? Number.NaN) + shift)
        expectNear(turned?.low, -(own?.high ?? Number.NaN))
        expectNear(turned?.high, -(own?.low ?? Number.NaN))
      }),
      runs,
    )
  })

  test('does not ask for the order, holds the mean, and is Student’s where the values are symmetric', () => {
    fc.assert(
      fc.property(values, number, (list, middle) => {
        const own = hallInterval(Float64Array.from(list))
        const again = hallInterval(Float64Array.from(list.toReversed()))
        expectNear(own.interval?.low, again.interval?.low)
        expect(own.interval?.low).toBeLessThan(own.mean)
        expect(own.interval?.high).toBeGreaterThan(own.mean)
        const symmetric = hallInterval(Float64Array.from(list.flatMap((x) => [middle + x, middle - x])))
        expectNear(
          symmetric.interval?.high,
          symmetric.mean + studentQuantile(0.975, 2 * list.length - 1) * symmetric.se,
        )
      }),
      runs,
    )
  })

  test('is cut to the range and grows with the level', () => {
    fc.assert(
      fc.property(values, (list) => {
        const cut = hallInterval(Float64Array.from(list), { range: [-1, 1] }).interval
        expect(cut?.low).toBeGreaterThanOrEqual(-1)
        expect(cut?.high).toBeLessThanOrEqual(1)
        const [narrow, wide] = [0.8, 0.99].map((level) => hallInterval(Float64Array.from(list), { level }).interval)
        expect(wide?.low).toBeLessThan(narrow?.low ?? Number.NaN)
        expect(wide?.high).toBeGreaterThan(narrow?.high ?? Number.NaN)
      }),
      runs,
    )
  })
})

describe('units and weights', () => {
  const clips = fc.array(
    fc.record({
      value: number,
      weight: fc.double({ min: 0.1, max: 10, noNaN: true }),
      unit: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    }),
    { minLength: 2, maxLength: 40 },
  )

  test('unit values have the weighted mean as their mean, whatever the order of the clips and the scale of the weights', () => {
    fc.assert(
      fc.property(clips, fc.double({ min: 0.01, max: 100, noNaN: true }), (list, scale) => {
        const of = (items: typeof list, factor = 1) =>
          unitValues({
            values: items.map(({ value }) => value),
            weights: items.map(({ weight }) => factor * weight),
            units: items.map(({ unit }) => unit),
          })
        const own = of(list)
        expectNear(own.values.reduce((sum, value) => sum + value, 0) / own.values.length, own.mean)
        const again = of(list.toReversed(), scale)
        expect(again.ids).toEqual(own.ids)
        for (const [g, value] of own.values.entries()) expectNear(again.values[g], value)
        // A clip a position: its name is its place, and units and weights are looked up by it.
        const byClip = new Map(list.map((clip, at) => [String(at).padStart(3, '0'), clip]))
        const units = groupByUnit([...byClip.keys()], {
          unitOf: (clip) => byClip.get(clip)!.unit,
          weightOf: (clip) => byClip.get(clip)!.weight,
        })
        const { ids, unitWeights: weights } = units
        const sums = weightedSums(
          units,
          Float64Array.from(list, ({ value }) => value),
        )
        expect(ids).toEqual(own.ids)
        expectNear(sums.reduce((a, b) => a + b, 0) / weights.reduce((a, b) => a + b, 0), own.mean)
      }),
      runs,
    )
  })

  test('a clip that is its own unit and counts once is its own value', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 30 }), (list) => {
        const named = unitValues({
          values: list,
          units: list.map((_, i) => String(1000 + i)),
          weights: list.map(() => 3),
        })
        for (const [i, value] of list.entries()) expectNear(named.values[i], value)
      }),
      runs,
    )
  })
})

describe('samples', () => {
  test('best of k lies between mean and best, is the mean at k = 1 and the best at k = m, and grows with k', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 30 }), (list) => {
        const best = list.map((_, i) => expectedBestOf(list, i + 1, 'higher'))
        expectNear(best[0], list.reduce((sum, x) => sum + x, 0) / list.length)
        expectNear(best[list.length - 1], Math.max(...list))
        for (let k = 1; k < best.length; k++) expect(best[k]).toBeGreaterThanOrEqual(best[k - 1] - 1e-9)
        expectNear(
          expectedBestOf(
            list.map((x) => -x),
            list.length,
            'lower',
          ),
          -Math.max(...list),
        )
      }),
      runs,
    )
  })

  test('without noise between samples all variance is between conditions', () => {
    const parts = sampleStatistics([[1, 1], [2, 2, 2], [4]])
    expect(parts).toMatchObject({ withinVariance: 0, intraclass: 1, seSeedsOnly: 0 })
    expect(parts.seWithInfinitelyManySamples).toBeCloseTo(parts.se ?? Number.NaN, 12)
    expect(sampleStatistics([[1], [2]])).toMatchObject({ withinVariance: null, betweenVariance: null })
  })
})

test('Wilson’s interval holds the share and turns over with it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
      const count = Math.round(share * n)
      const own = wilsonInterval(count, n)
      const other = wilsonInterval(n - count, n)
      expect(own.low).toBeLessThanOrEqual(count / n)
      expect(own.high).toBeGreaterThanOrEqual(count / n)
      expectNear(other.low, 1 - own.high)
    }),
    runs,
  )
})

/** 1e-8 of the size of the numbers that went in, up to 1e5: sums in another order. */
function expectNear(found: number | undefined, expected: number | undefined): void {
  expect(Math.abs((found ?? Number.NaN) - (expected ?? Number.NaN))).toBeLessThanOrEqual(
    1e-6 + 1e-9 * Math.abs(expected ?? 0),
  )
}

const scipyQuantiles = [
  [0.6, 1, 0.32491969623290634],
  [0.6, 28, 0.255767523382335],
  [0.9, 2, 1.8856180831641272],
  [0.9, 999, 1.2823995700373971],
  [0.975, 1, 12.706204736174694],
  [0.975, 4, 2.7764451051977934],
  [0.975, 7, 2.364624251592784],
  [0.975, 28, 2.0484071417952454],
  [0.975, 99, 1.9842169515864174],
  [0.975, 1e6, 1.959966356814107],
  [0.9999, 1, 3183.098757118502],
  [0.9999, 99, 3.8630891071273092],
] as const
