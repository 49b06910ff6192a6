import { describe, expect, test } from 'vitest'
import { fid, fvd, kid, type FeatureMatrix } from '@kinemetric/metrics'
import { clipped } from '../../features/clipped-features.ts'
import { cosineFeatures, gaussianOf, randomFeatures, sineFeatures } from '../../features/formula-features.ts'

const flags = async (a: FeatureMatrix, b: FeatureMatrix) => (await fid(a, b)).flags

describe('fid and fvd', () => {
  test('a recipe’s divisor is its own', async () => {
    const ddof0 = await fvd(sineFeatures(), cosineFeatures())
    const ddof1 = await fvd(sineFeatures(), cosineFeatures(), 'tf-original')
    expect(ddof0.value).toBeCloseTo(2.8566904302, 9)
    expect(ddof1.value).toBeCloseTo(2.9032036438, 9)
    expect((await fid(sineFeatures(), cosineFeatures(), 'stylegan')).value).toBeCloseTo(2.8566904302, 9)
  })

  test('statistics with the other divisor are converted when their count is known and refused when not', async () => {
    const a = await gaussianOf(sineFeatures(), 1)
    const b = await gaussianOf(cosineFeatures(), 0)
    expect((await fvd(a, b, 'stylegan-v')).value).toBeCloseTo(2.8566904302, 9)
    await expect(fvd({ ...a, count: undefined }, b, 'stylegan-v')).rejects.toThrow(
      'expected a covariance with divisor N-0, found one with N-1',
    )
    const foreign = { ...a, count: undefined, ddof: undefined }
    expect((await fvd(foreign, b, 'tf-original')).value).toBeCloseTo(2.9032036438, 9)
  })

  test('few rows for the dimension are told, and sides and rows that are unlike what N/D takes them for', async () => {
    expect(await flags(randomFeatures(1, 40, 64), randomFeatures(2, 40, 64))).toEqual([
      'singular covariance: the value is mostly n (40 rows for 64 dimensions, N/D 0.63)',
    ])
    expect(await flags(randomFeatures(1, 40, 8), randomFeatures(2, 39, 8))).toEqual([
      'dominated by n (39 rows for 8 dimensions, N/D 4.9)',
      'unequal N: 40 rows generated, 39 of the reference',
    ])
    expect(await flags(clipped(1, 20, 4, 8), clipped(2, 20, 4, 8))).toEqual([
      'rows of one video are alike: N/D counts rows (80 rows of 20 units)',
    ])
    expect((await kid(clipped(1, 20, 4, 8), clipped(2, 20, 4, 8))).warnings).toEqual([
      'rows of one video are alike: the value is not unbiased here, and N/D counts rows (80 rows of 20 units)',
    ])
    expect((await fid(randomFeatures(1, 400, 8), randomFeatures(2, 400, 8))).warnings).toEqual([])
  })

  test('one clip is an error, but for the recipes whose code leaves the covariances out', async () => {
    const one = randomFeatures(1, 1, 400)
    await expect(fvd(one, randomFeatures(2, 20, 400))).rejects.toThrow(
      'fvd (stylegan-v): generated: expected at least 2 rows of features, found 1',
    )
    const other = randomFeatures(3, 1, 400)
    const expected = Array.from(one.data).reduce((sum, value, i) => sum + (value - other.data[i]) ** 2, 0)
    for (const recipe of ['common-metrics-stylegan-v', 'common-metrics-videogpt']) {
      const result = await fvd(one, other, recipe)
      expect(result.value).toBeCloseTo(expected, 9)
      expect(result.warnings[0]).toContain('leaves the covariances out')
    }
    await expect(fvd(one, other, 'videogpt')).rejects.toThrow('expected at least 2 rows')
  })

  test('an unknown recipe lists the known ones', async () => {
    await expect(fvd(sineFeatures(), cosineFeatures(), 'i3d')).rejects.toThrow('stylegan-v, common-metrics-stylegan-v')
  })
})
