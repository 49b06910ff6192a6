import { describe, expect, test } from 'vitest'
import { fvd, kvd } from '@kinemetric/metrics'
import type { FeatureMatrix } from '../../../src/features/feature-matrix.ts'
import { FeatureStatistics } from '../../../src/features/statistics.ts'
import { cosineFeatures, sineFeatures } from '../../features/formula-features.ts'

/** Features in float64, each value changed. */
function changed(features: FeatureMatrix, change: (value: number) => number): FeatureMatrix {
  return { ...features, data: Float64Array.from(features.data, change) }
}

describe('features that float64 cannot compute with', () => {
  test('values whose powers overflow are refused by row and column, whichever distance asks', async () => {
    const far = changed(sineFeatures(), (value) => value)
    far.data[far.dimension + 2] = 1e200
    for (const distance of [kvd, fvd])
      await expect(distance(far, cosineFeatures())).rejects.toMatchObject({
        kind: 'unfit',
        code: 'not-finite',
        found: '1e+200 at row 1, column 2',
      })
    await expect(new FeatureStatistics(far.dimension).add(far.data)).rejects.toThrow('1e+200 at row 1, column 2')
  })

  test('the largest that are let through give finite numbers', async () => {
    const [a, b] = [sineFeatures(), cosineFeatures()].map((side) => changed(side, (value) => value * 1e44))
    expect((await kvd(a, b)).value).toBeGreaterThan(0)
    expect((await fvd(a, b)).value).toBeGreaterThan(0)
  })
})

describe('features far from the origin', () => {
  test('a kernel distance of which rounding leaves nothing says so; near ones do not', async () => {
    // A million away the kernel is about 1e36, and its rounding 1e20.
    const [a, b] = [sineFeatures(), cosineFeatures()].map((side) => changed(side, (value) => value + 1e6))
    expect((await kvd(a, b)).warnings.join()).toMatch(/kernel values of about 1\.0e\+36 cancel .* far from the origin/)
    const near = await kvd(sineFeatures(), cosineFeatures())
    expect(near.warnings.join()).not.toMatch(/far from the origin/)
  })
})
