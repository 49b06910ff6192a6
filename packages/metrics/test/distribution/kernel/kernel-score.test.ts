import { describe, expect, test } from 'vitest'
import { kid, kvd, subsetMmds, type FeatureMatrix } from '@kinemetric/metrics'
import { rowRange } from '../../../src/features/feature-matrix.ts'
import { NumpyRandomState } from '../../../src/intervals/numpy-random.ts'
import { randomFeatures } from '../../features/formula-features.ts'

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length

describe('kid and kvd', () => {
  const a = randomFeatures(1, 1200, 16)
  const b = randomFeatures(2, 1100, 16, 0.2)

  test('the expectation over random subsets is the estimator on all rows', async () => {
    const random = new NumpyRandomState(3)
    const values = await subsetMmds(a, b, 100, 200, (n, k) => random.choice(n, k))
    const full = (await kid(a, b)).value
    const error = Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)) / 100)
    expect(Math.abs(mean(values) - full)).toBeLessThan(3 * error)
    expect((await kid(a, b, 'torchmetrics')).value).toBe(full)
    expect((await kid(a, b, 'clean-fid')).value).toBe(full)
  })

  test('stylegan-v is a thousand times as large, and says so', async () => {
    const result = await kid(a, b, 'stylegan-v')
    expect(result.value).toBeCloseTo(1000 * (await kid(a, b)).value, 9)
    expect(result.warnings).toContain('multiplied by 1000, as its reference code prints it')
  })

  test('fewer rows than the subset are an error or smaller subsets, by recipe', async () => {
    const few = rowRange(a, 0, 60)
    await expect(kid(few, b, 'torch-fidelity')).rejects.toThrow(
      'expected at least 1000 rows a side for its subsets, found 60',
    )
    await expect(kid(few, b, 'torchmetrics')).rejects.toThrow('found 60 (generated) and 1100 (reference)')
    expect((await kid(few, b, 'clean-fid')).warnings[0]).toContain('subsets of 60 rows in place of 1000')
    expect((await kvd(few, b, 'subsets')).details.subsets).toMatchObject({
      count: 100,
      size: 60,
      draws: 'randomstate-2020',
    })
  })

  test('refuses one row, NaN and another dimension', async () => {
    const bad: FeatureMatrix = { data: Float64Array.of(1, Number.POSITIVE_INFINITY), rows: 2, dimension: 1 }
    await expect(kvd(rowRange(a, 0, 1), b)).rejects.toThrow(
      'kvd (full): generated: expected at least 2 rows of features, found 1',
    )
    await expect(kvd(bad, bad)).rejects.toThrow('found Infinity at row 1, column 0')
    await expect(kvd(a, randomFeatures(1, 9, 4))).rejects.toThrow('found 16 (generated) and 4 (reference)')
  })

  test('constant features are at distance (k(x,x) + k(y,y) − 2k(x,y))', async () => {
    expect((await kvd(at(1), at(2))).value).toBe(8 + 125 - 2 * 27)
    expect((await kvd(at(1), at(1))).value).toBe(0)
  })
})

/** Ten rows of one value. */
function at(value: number): FeatureMatrix {
  return { data: new Float32Array(40).fill(value), rows: 10, dimension: 4 }
}
