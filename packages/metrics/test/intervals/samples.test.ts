import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectedBestOf, sampleStatistics } from '@kinemetric/metrics'
import { hasShared, sharedPath } from '../../../../test/shared.ts'

interface Golden {
  cases: {
    samples: number[][]
    mean: number
    conditionMeans: number[]
    withinVariance: number
    betweenVariance: number
    intraclass: number
    se: number
    seSeedsOnly: number
    seWithInfinitelyManySamples: number
    bestOf: { k: number; larger: number; smaller: number }
  }[]
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const close = (found: number, expected: number) =>
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected))

const golden = ['goldens', 'statistics', 'samples.json']
test.skipIf(!hasShared(...golden))('the golden of numpy: variances within and between, errors, best of k', () => {
  const { cases }: Golden = JSON.parse(readFileSync(sharedPath(...golden), 'utf8'))
  expect(cases.length).toBeGreaterThan(0)
  for (const { samples, bestOf, conditionMeans, ...expected } of cases) {
    const found = sampleStatistics(samples)
    for (const name of [
      'mean',
      'withinVariance',
      'betweenVariance',
      'intraclass',
      'se',
      'seSeedsOnly',
      'seWithInfinitelyManySamples',
    ] as const)
      close(found[name] ?? Number.NaN, expected[name])
    for (const [i, value] of conditionMeans.entries()) close(found.conditionMeans[i], value)
    close(mean(samples.map((values) => expectedBestOf(values, bestOf.k, 'higher'))), bestOf.larger)
    close(mean(samples.map((values) => expectedBestOf(values, bestOf.k, 'lower'))), bestOf.smaller)
  }
})

/** Every choice of k of the values. */
function subsets(values: readonly number[], k: number): number[][] {
  if (k === 0) return [[]]
  return values.flatMap((value, i) => subsets(values.slice(i + 1), k - 1).map((rest) => [value, ...rest]))
}

const value = fc.double({ min: -1e3, max: 1e3, noNaN: true })

test('the expected best of k is the mean over all choices of k', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 7 }), fc.nat(), (values, drawn) => {
      const k = 1 + (drawn % values.length)
      const best = mean(subsets(values, k).map((chosen) => Math.max(...chosen)))
      expect(expectedBestOf(values, k, 'higher')).toBeCloseTo(best, 8)
      const least = mean(subsets(values, k).map((chosen) => Math.min(...chosen)))
      expect(expectedBestOf(values, k, 'lower')).toBeCloseTo(least, 8)
    }),
    { seed: 1, numRuns: 200 },
  )
})

test('the best of one is the mean, of all of them the best; more to choose from is never worse; the order says nothing', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 2, maxLength: 120 }), (values) => {
      expect(expectedBestOf(values, 1, 'higher')).toBeCloseTo(mean(values), 8)
      expect(expectedBestOf(values, values.length, 'lower')).toBeCloseTo(Math.min(...values), 8)
      const two = expectedBestOf(values, 2, 'higher')
      expect(two).toBeGreaterThanOrEqual(expectedBestOf(values, 1, 'higher') - 1e-9)
      expect(expectedBestOf(values.toReversed(), 2, 'higher')).toBe(two)
    }),
    { seed: 2, numRuns: 200 },
  )
})

test('variances are never negative, shares lie in 0..1, and no number of samples beats infinitely many', () => {
  const conditions = fc.array(fc.array(value, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 8 })
  fc.assert(
    fc.property(conditions, (samples) => {
      const { withinVariance, betweenVariance, intraclass, se, seWithInfinitelyManySamples } = sampleStatistics(samples)
      expect(withinVariance ?? 0).toBeGreaterThanOrEqual(0)
      expect(betweenVariance ?? 0).toBeGreaterThanOrEqual(0)
      expect(intraclass ?? 0).toBeGreaterThanOrEqual(0)
      expect(intraclass ?? 1).toBeLessThanOrEqual(1)
      expect(seWithInfinitelyManySamples ?? 0).toBeLessThanOrEqual((se ?? 0) + 1e-9)
    }),
    { seed: 3, numRuns: 200 },
  )
})

test('one sample each tells nothing of samples', () => {
  expect(sampleStatistics([[1], [2], [4]])).toMatchObject({
    withinVariance: null,
    betweenVariance: null,
    intraclass: null,
    seSeedsOnly: null,
    seWithInfinitelyManySamples: null,
  })
  expect(() => sampleStatistics([[1], []])).toThrow(/a sample of every condition/)
  expect(() => expectedBestOf([1, 2], 3, 'higher')).toThrow(/3 samples of a condition/)
})
