import { describe, expect, test } from 'vitest'
import { kvd } from '@kinemetric/metrics'
import { kernelSums, mmdOfSums } from '../../../src/distribution/kernel/kernel-distance.ts'
import { kernelInfluence } from '../../../src/distribution/kernel/kernel-influence.ts'
import { repeated } from '../../features/clipped-features.ts'
import { randomFeatures } from '../../features/formula-features.ts'

describe('kernelInfluence', () => {
  test('sums to nothing and is twice the projection', async () => {
    const a = randomFeatures(1, 40, 5)
    const b = randomFeatures(2, 30, 5, 0.3)
    const sums = await kernelSums(a, b)
    const { generated, reference } = kernelInfluence(sums)
    expect(Math.abs(generated.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-10)
    expect(Math.abs(reference.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-10)
    // Leaving a row out changes a U-statistic by −ψ/(m − 2), exactly, on its own side.
    const all = mmdOfSums(sums)
    const without = (
      await kvd(
        repeated(
          a,
          Float64Array.from({ length: 40 }, (_, i) => (i === 3 ? 0 : 1)),
        ),
        b,
      )
    ).value
    expect(without - all).toBeCloseTo(-generated[3] / 38, 1)
  })
})
