import { describe, expect, test } from 'vitest'
import { frechetDistance, frechetFromFeatures, type FeatureMatrix, type Gaussian } from '@kinemetric/metrics'
import { cosineFeatures, gaussianOf, randomFeatures, sineFeatures } from '../../features/formula-features.ts'

describe('frechetFromFeatures', () => {
  // ‖Δμ‖² + tr(Σ₁ + Σ₂ − 2·sqrtm(Σ₁Σ₂)), the formula of mseitzer/pytorch-fid b9c1811 fid_score.py, printed to ten digits by numpy and scipy; hence 1e-9
  // of about 3.
  test('gives what numpy and scipy give', async () => {
    expect((await frechetFromFeatures(sineFeatures(), cosineFeatures())).value).toBeCloseTo(2.9032036438, 9)
    expect((await frechetFromFeatures(sineFeatures(), cosineFeatures(), { ddof: 0 })).value).toBeCloseTo(
      2.8566904302,
      9,
    )
  })

  test('is the closed form for diagonal covariances', async () => {
    const { value } = await frechetDistance(axis([1, 2, 0], [0, 0, 0]), axis([3, 2.5, 4], [1, 0, 2]))
    expect(value).toBeCloseTo(1 + 4 + (2 ** 2 + 0.5 ** 2 + 4 ** 2), 12)
  })

  test('is the same by rows, by rows and statistics, and by statistics, with fewer rows than dimensions', async () => {
    const a = randomFeatures(1, 30, 80)
    const b = randomFeatures(2, 200, 80, 0.1)
    const byRows = await frechetFromFeatures(a, b)
    const byStatistics = await frechetDistance(await gaussianOf(a), await gaussianOf(b))
    expect(byRows.ranks).toEqual([30, 80])
    expect(byStatistics.ranks).toEqual([29, 80])
    expect(byStatistics.value / byRows.value).toBeCloseTo(1, 12)
  })

  test('the two ways to singular values agree', async () => {
    const a = randomFeatures(1, 150, 60)
    const b = randomFeatures(2, 150, 60, 0.1)
    const exact = await frechetFromFeatures(a, b, { singularValueMethod: 'exact' })
    const gram = await frechetFromFeatures(a, b, { singularValueMethod: 'gram' })
    expect(gram.value / exact.value).toBeCloseTo(1, 11)
  })

  test('is symmetric, and unchanged when both sides move or the dimensions change places', async () => {
    const a = randomFeatures(1, 90, 20)
    const b = randomFeatures(2, 70, 20, 0.3)
    const { value } = await frechetFromFeatures(a, b)
    expect((await frechetFromFeatures(b, a)).value).toBeCloseTo(value, 11)
    expect((await frechetFromFeatures(shift(a), shift(b))).value).toBeCloseTo(value, 10)
  })

  test('is 0 between a set and itself, singular or not', async () => {
    for (const rows of [10, 50, 300]) {
      const a = randomFeatures(4, rows, 50, 1)
      expect((await frechetFromFeatures(a, a)).value).toBeLessThan(1e-11)
      const statistics = await gaussianOf(a)
      expect((await frechetDistance(statistics, statistics)).value).toBeLessThan(1e-11)
    }
  })

  test('constant features are a point: the distance is the means’ and the other’s spread', async () => {
    expect((await frechetFromFeatures(constant(5, 4, 1), constant(9, 4, 3))).value).toBe(16)
    const cloud = randomFeatures(1, 40, 4)
    const { value, meanTerm } = await frechetFromFeatures(constant(40, 4, 2), cloud)
    const { covariance } = await gaussianOf(cloud)
    expect(value).toBeCloseTo(meanTerm + covariance[0] + covariance[5] + covariance[10] + covariance[15], 12)
    expect((await frechetDistance(await gaussianOf(constant(40, 4, 2)), await gaussianOf(cloud))).value).toBeCloseTo(
      value,
      12,
    )
  })

  test('an ill-conditioned covariance gives the exact distance of its two scales', async () => {
    // Spreads from 1 to 1e-9 in the one, ten times as large in the other: (10 − 1)²·Σs² exactly.
    const scales = Float64Array.from({ length: 30 }, (_, j) => 10 ** (-j * 0.3))
    const scaled = (factor: number): FeatureMatrix => {
      const base = randomFeatures(9, 500, 30)
      return { ...base, data: base.data.map((value, k) => value * scales[k % 30] * factor) }
    }
    const one = scaled(1)
    const { covariance } = await gaussianOf(one)
    let trace = 0
    for (let j = 0; j < 30; j++) trace += covariance[j * 31]
    expect((await frechetFromFeatures(one, scaled(10))).covarianceTerm / (81 * trace)).toBeCloseTo(1, 9)
  })

  test('refuses NaN, too few rows, other dimensions and what is no covariance', async () => {
    const bad = randomFeatures(1, 10, 4)
    bad.data[13] = Number.NaN
    await expect(frechetFromFeatures(sineFeatures(), bad)).rejects.toThrow(
      'frechet: reference: expected finite values, found NaN at row 3, column 1',
    )
    await expect(frechetFromFeatures(randomFeatures(1, 1, 4), randomFeatures(1, 9, 4))).rejects.toThrow(
      'expected at least 2 rows of features, found 1',
    )
    await expect(frechetFromFeatures(randomFeatures(1, 9, 5), randomFeatures(1, 9, 4))).rejects.toThrow(
      'found 5 (generated) and 4 (reference)',
    )
    const point = { dimension: 2, mean: new Float64Array(2), covariance: new Float64Array(4) }
    await expect(frechetDistance({ ...point, covariance: Float64Array.of(1, 2, 2, 1) }, point)).rejects.toThrow(
      'positive semidefinite',
    )
    await expect(frechetDistance(point, { ...point, covariance: Float64Array.of(1, 0, 0, -1) })).rejects.toThrow(
      'variances of at least 0',
    )
    await expect(frechetDistance({ ...point, covariance: Float64Array.of(1, 0.5, 0, 1) }, point)).rejects.toThrow(
      'symmetric',
    )
    await expect(frechetDistance({ ...point, covariance: new Float64Array(3) }, point)).rejects.toThrow(
      'covariance of 2×2',
    )
  })
})

function constant(rows: number, dimension: number, value: number): FeatureMatrix {
  return { data: new Float32Array(rows * dimension).fill(value), rows, dimension }
}

/** A Gaussian of three independent dimensions. */
function axis(scale: number[], mean: number[]): Gaussian {
  return {
    dimension: 3,
    mean: Float64Array.from(mean),
    covariance: Float64Array.from(scale.flatMap((s, i) => [0, 1, 2].map((j) => (i === j ? s * s : 0)))),
  }
}

/** The dimensions in the other order, and all values 7 larger. */
function shift({ data, rows, dimension }: FeatureMatrix): FeatureMatrix {
  return {
    data: Float64Array.from(data, (_, k) => data[k - (k % dimension) + dimension - 1 - (k % dimension)] + 7),
    rows,
    dimension,
  }
}
