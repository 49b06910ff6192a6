import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type DistanceMetric,
  type FeatureMatrix,
  fidSpec,
  findRecipe,
  kidSpec,
  pairedTest,
  seededRandom,
} from '@kinemetric/metrics'
import { unitRows } from '../../src/distribution/unit-rows.ts'
import { unitEffects } from '../../src/distribution/unit-effects.ts'
import { exchangeTest } from '../../src/intervals/exchange.ts'
import { floorAtSize, randomHalf } from '../../src/intervals/halves-floor.ts'
import { differenceOfEffects, errorOfEffects, jackknifeError } from '../../src/intervals/jackknife.ts'
import { clipped } from '../features/clipped-features.ts'

const metrics: readonly DistanceMetric[] = [fidSpec, kidSpec]
const runs = { seed: 20261128, numRuns: 25 }
const seeds = fc.integer({ min: 1, max: 10_000 })

/** The same features with the units in another order: unit g under the number `order[g]`, its rows where they were. */
function renumbered(features: FeatureMatrix & { clipOfRow: Int32Array }, order: readonly number[]): FeatureMatrix {
  return { ...features, clipOfRow: features.clipOfRow.map((unit) => order[unit]) }
}

describe('errors of distances', () => {
  test('do not ask for the order of the units, of KID’s closed form as of FID', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7 }), async (seed, order) => {
        const [x, y] = [clipped(seed, 7, 2, 3), clipped(seed + 1, 7, 2, 3, 0.3)]
        for (const metric of metrics) {
          const own = await unitEffects(metric.distance, findRecipe(metric), x, y)
          const other = await unitEffects(
            metric.distance,
            findRecipe(metric),
            renumbered(x, order),
            renumbered(y, order),
          )
          expect(errorOfEffects(other)).toBeCloseTo(errorOfEffects(own), 9)
        }
      }),
      runs,
    )
  })

  test('of a method against itself are 0, and a constant added to all values changes none', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 2, maxLength: 30 }), (list) => {
        const generated = Float64Array.from(list)
        const effects = { method: 'jackknife', generated, reference: undefined, sides: 'generated side' } as const
        expect(errorOfEffects(differenceOfEffects(effects, effects))).toBe(0)
        expect(jackknifeError(generated.map((value) => value + 100))).toBeCloseTo(jackknifeError(generated), 9)
      }),
      runs,
    )
  })
})

test('two methods the other way round: the difference turns its sign, and every p stays', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const [a, b, reference] = [clipped(seed, 6, 2, 3), clipped(seed + 1, 6, 2, 3, 0.4), clipped(seed + 2, 6, 2, 3)]
      const own = await pairedTest(kidSpec, a, b, reference)
      const other = await pairedTest(kidSpec, b, a, reference)
      expect(other.difference).toBeCloseTo(-own.difference, 12)
      expect(other.interval?.low).toBeCloseTo(-(own.interval?.high ?? Number.NaN), 9)
      expect(other.pJackknife).toBeCloseTo(own.pJackknife ?? Number.NaN, 9)
      expect(other.pExchange).toBe(own.pExchange)
      expect(own.p).toBe(Math.max(own.pJackknife ?? 1, own.pExchange ?? 0))
    }),
    runs,
  )
})

const sum = (values: readonly number[]) => (exchanged: Uint8Array) =>
  Promise.resolve(values.reduce((total, value, g) => total + (exchanged[g] ? -value : value), 0))

describe('the exchange test', () => {
  const options = { seed: 0, alpha: 0.05, comparisons: 1, affordable: 1e9 }

  test('of a sum is the sign flips of its terms: all patterns, and no p below the smallest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 2, maxLength: 9 }), async (values) => {
        const observed = values.reduce((total, value) => total + value, 0)
        const found = await exchangeTest(values.length, observed, sum(values), options)
        let far = 0
        for (let mask = 0; mask < 2 ** values.length; mask++) {
          const flipped = values.reduce((total, value, g) => total + ((mask >> g) & 1 ? -value : value), 0)
          if (Math.abs(flipped) >= Math.abs(observed)) far++
        }
        expect(found).toMatchObject({ p: far / 2 ** values.length, smallestP: 2 / 2 ** values.length, draws: null })
      }),
      runs,
    )
  })

  test('draws beyond 12 units, never gives 0, makes fewer where they cost too much, and says where too few would be left', async () => {
    const values = Array.from({ length: 20 }, () => 1)
    const all = await exchangeTest(20, 20, sum(values), options)
    expect(all).toMatchObject({ draws: 9999, smallestP: 1e-4, p: 1e-4 })
    expect(await exchangeTest(20, 20, sum(values), { ...options, affordable: 100 })).toMatchObject({ draws: 100 })
    expect(await exchangeTest(20, 20, sum(values), { ...options, affordable: 100, comparisons: 28 })).toBe(
      '2239 exchanges would be needed for 28 comparisons, 100 are affordable',
    )
    expect(await exchangeTest(20, 20, sum(values), { ...options, affordable: 1, draws: 50 })).toMatchObject({
      draws: 50,
    })
  })
})

test('clips of one video become one unit, in the order of the videos’ names', () => {
  const rows = { ...clipped(1, 4, 2, 3), clips: ['d', 'c', 'b', 'a'] }
  const clips = [
    { clip: 'a', unit: 'z' },
    { clip: 'b', unit: 'y' },
    { clip: 'c', unit: 'y' },
  ]
  const { names, clipOfRow, ...side } = unitRows(rows, clips)
  expect(names).toEqual(['d', 'y', 'z'])
  expect([...clipOfRow]).toEqual([0, 0, 1, 1, 1, 1, 2, 2])
  expect(side).toEqual({ data: rows.data, rows: 8, dimension: 3 })
})

test('halves are half of the units, each once, and the floor at N lies between half and all of their distance', () => {
  fc.assert(
    fc.property(
      seeds,
      fc.integer({ min: 2, max: 60 }),
      fc.double({ min: 0, max: 5, noNaN: true }),
      (seed, n, ratio) => {
        const half = randomHalf(seededRandom(seed), n)
        expect(half).toHaveLength(n >> 1)
        expect([...new Set(half)].toSorted((a, b) => a - b)).toEqual([...half])
        const { low, high } = floorAtSize({ mean: 3, q95: 5, splits: 20, seed }, true, ratio)
        expect(low).toEqual({ mean: 1.5, q95: 2.5 })
        expect(high).toEqual(ratio < 2 ? { mean: 3, q95: 5 } : low)
      },
    ),
    runs,
  )
})
