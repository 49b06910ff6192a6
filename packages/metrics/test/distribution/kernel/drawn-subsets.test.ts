import { describe, expect, test } from 'vitest'
import { type FeatureMatrix, findRecipe, kidSpec, kvdSpec, seededRandom } from '@kinemetric/metrics'
import { drawnSubsets } from '../../../src/distribution/kernel/drawn-subsets.ts'
import { kernelEvaluator } from '../../../src/distribution/kernel/kernel-evaluator.ts'
import { kernelInfluence } from '../../../src/distribution/kernel/kernel-influence.ts'
import { kernelOfRows } from '../../../src/distribution/kernel/kernel-of-rows.ts'
import { kernelSums, mmdOfSums } from '../../../src/distribution/kernel/kernel-distance.ts'
import { unitEffects } from '../../../src/distribution/unit-effects.ts'
import { errorOfEffects } from '../../../src/intervals/jackknife.ts'
import { NumpyRandomState } from '../../../src/intervals/numpy-random.ts'
import { clipped } from '../../features/clipped-features.ts'
import { randomFeatures } from '../../features/formula-features.ts'

const draws = (seed: number) => {
  const random = new NumpyRandomState(seed)
  return (rows: number, size: number) => random.choice(rows, size)
}

describe('drawnSubsets', () => {
  test('of all rows are all pairs: value and influences', async () => {
    const [a, b] = [randomFeatures(1, 40, 5), randomFeatures(2, 40, 5, 0.3)]
    const { values, influences } = await drawnSubsets(a, b, 3, 40, draws(1))
    const sums = await kernelSums(a, b)
    const pairs = kernelInfluence(sums)
    for (const value of values) expect(value).toBeCloseTo(mmdOfSums(sums), 12)
    influences.generated.forEach((value, i) => expect(value).toBeCloseTo(pairs.generated[i], 10))
    influences.reference?.forEach((value, i) => expect(value).toBeCloseTo(pairs.reference[i], 10))
  })

  test('a row that was not drawn has no influence, and all together none', async () => {
    const [a, b] = [randomFeatures(1, 60, 5), randomFeatures(2, 50, 5, 0.3)]
    const { influences } = await drawnSubsets(a, b, 2, 10, draws(1))
    const picked = new Set(draws(1)(60, 10))
    const untouched = influences.generated.filter((value, i) => value === 0 && !picked.has(i)).length
    expect(untouched).toBeGreaterThanOrEqual(40)
    expect(Math.abs(influences.generated.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-10)
  })

  test('their error is that of the drawn number, over fresh clips', async () => {
    const values: number[] = []
    const errors: number[] = []
    const random = seededRandom(5)
    for (let k = 0; k < 60; k++) {
      const [a, b] = [normal(random, 0.3), normal(random, 0)]
      const found = await drawnSubsets(a, b, 20, 30, draws(2020))
      values.push(found.values.reduce((sum, value) => sum + value, 0) / 20)
      const { generated, reference } = found.influences
      errors.push(squaredError(generated) + squaredError(reference ?? generated))
    }
    const mean = values.reduce((sum, value) => sum + value, 0) / 60
    const seen = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 59)
    const said = Math.sqrt(errors.reduce((sum, value) => sum + value, 0) / 60)
    // 60 values know their deviation to 9 %.
    expect(said / seen).toBeGreaterThan(0.75)
    expect(said / seen).toBeLessThan(1.35)
  })
})

function normal(random: { normal(): number }, shift: number): FeatureMatrix {
  const data = Float64Array.from({ length: 300 * 4 }, () => random.normal() + shift)
  return { data, rows: 300, dimension: 4 }
}

describe('where all pairs would take minutes', () => {
  // So many rows stand here without their values: nothing but their number decides.
  const large = { rows: 20_000, dimension: 2048, data: new Float32Array(0), clipOfRow: new Int32Array(20_000) }

  test('who draws subsets has no evaluator of all pairs, and no exchange', async () => {
    const drawn = findRecipe(kidSpec, 'subsets-100x1000')
    expect(await kernelOfRows.evaluator(drawn, large, large)).toBeUndefined()
    expect(await kernelOfRows.exchangeEvaluator('kid', drawn, large, large)).toBe(
      'the pairs of all rows would take minutes',
    )
  })

  test('the method says what the error is of', async () => {
    const [a, b] = [clipped(1, 30, 2, 5, 0.2), clipped(2, 30, 2, 5)]
    const { influences } = await drawnSubsets(a, b, 10, 20, draws(1))
    const distance = {
      ...kernelOfRows,
      evaluator: () => Promise.resolve(undefined),
      influences: () => Promise.resolve(influences),
    }
    const effects = await unitEffects(distance, findRecipe(kidSpec), a, b)
    expect(effects.method).toBe('jackknife-influence-of-drawn-subsets')
    expect(errorOfEffects(effects)).toBeGreaterThan(0)
  })
})

test('influences of a recipe that centres are of the centred sides, as leaving clips out is', async () => {
  const recipe = findRecipe(kvdSpec, 'seer-centred')
  // A shift between the sides is lost to this recipe: its influences must not see it either.
  const [a, b] = [clipped(1, 60, 1, 5, 0.8), clipped(2, 60, 1, 5)]
  const evaluator = await kernelEvaluator(recipe, a, b)
  const without = evaluator.withoutEach?.('generated') ?? new Float64Array()
  const { generated = new Float64Array() } = (await kernelOfRows.influences?.(recipe, a, b)) ?? {}
  // Leaving out one of 60 rows changes the value by about −ψ/59.
  expect(correlation(without, generated)).toBeLessThan(-0.9)
  expect(correlation(without, kernelInfluence(await kernelSums(a, b)).generated)).toBeGreaterThan(-0.5)
})

function correlation(a: Float64Array, b: Float64Array): number {
  const [x, y] = [lessMean(a), lessMean(b)]
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y))
}

function lessMean(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.map((value) => value - mean)
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0)
}

/** Of a mean of rows that are each their own clip. */
function squaredError(psi: Float64Array): number {
  return psi.reduce((sum, value) => sum + (value / psi.length) ** 2, 0)
}
