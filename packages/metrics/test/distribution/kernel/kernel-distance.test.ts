import { describe, expect, test } from 'vitest'
import { kvd, subsetMmds, unbiasedMmd } from '@kinemetric/metrics'
import { kernelSums } from '../../../src/distribution/kernel/kernel-distance.ts'
import { rowRange } from '../../../src/features/feature-matrix.ts'
import { NumpyRandomState } from '../../../src/intervals/numpy-random.ts'
import { cosineFeatures, randomFeatures, sineFeatures } from '../../features/formula-features.ts'

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length

// Origin: the polynomial kernel (x·y/d + 1)³ and its estimators in numpy, float64, ten printed digits. Subsets as toshas/torch-fidelity 5e211a9
// metric_kid.py draws them.
describe('polynomial MMD² of formula features', () => {
  test('unbiased, with sides of equal and of other sizes', async () => {
    expect(await unbiasedMmd(sineFeatures(), cosineFeatures())).toBeCloseTo(0.3556129612, 9)
    expect(await unbiasedMmd(sineFeatures(), rowRange(cosineFeatures(), 0, 50))).toBeCloseTo(0.5104112908, 9)
  })

  test('biased, from the same sums', async () => {
    const sums = await kernelSums(sineFeatures(), cosineFeatures())
    const all = [sums.generated, sums.generatedSelf, sums.reference, sums.referenceSelf].map((s) => mean(s) * 60)
    expect((all.reduce((a, b) => a + b) - 2 * 60 * mean(sums.crossGenerated)) / 3600).toBeCloseTo(0.4797422732, 9)
  })

  test('after centring each side, as Seer', async () => {
    const result = await kvd(sineFeatures(), cosineFeatures(), 'seer-centred')
    // numpy 2.4 in float64 gives 0.19864777695735. 0.1986476778, from a run of Seer’s formula
    // (seervideodiffusion/SeerVideoLDM f403332 utils/fvd.py), is 1e-7 away, which is what float32 differs by; the other figures agree to 1e-9.
    expect(result.value).toBeCloseTo(0.19864777695735, 12)
    expect(Math.abs(result.value - 0.1986476778)).toBeLessThan(1.5e-7)
    expect(result.warnings[0]).toContain('a shift between them is invisible')
  })

  test('ten subsets of twenty, drawn as torch-fidelity draws', async () => {
    const random = new NumpyRandomState(2020)
    const values = await subsetMmds(sineFeatures(), cosineFeatures(), 10, 20, (n, k) => random.choice(n, k))
    const average = mean(values)
    expect(average).toBeCloseTo(0.449171166, 9)
    expect(Math.sqrt(mean(values.map((value) => (value - average) ** 2)))).toBeCloseTo(0.176417373, 9)
    expect(values[0]).toBeCloseTo(0.106888397, 9)
  })
})

describe('unbiasedMmd', () => {
  test('does not depend on the block size, nor on which side is which', async () => {
    const a = randomFeatures(1, 75, 12)
    const b = randomFeatures(2, 60, 12, 0.3)
    const whole = await unbiasedMmd(a, b)
    expect(await unbiasedMmd(a, b, { blockRows: 16 })).toBeCloseTo(whole, 12)
    expect(await unbiasedMmd(b, a)).toBeCloseTo(whole, 12)
  })

  test('averages to nothing between samples of one distribution: it is unbiased', async () => {
    const values: number[] = []
    for (let k = 0; k < 60; k++)
      values.push(await unbiasedMmd(randomFeatures(k, 20, 6), randomFeatures(1000 + k, 30, 6)))
    const spread = Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))
    expect(Math.abs(mean(values))).toBeLessThan((3 * spread) / Math.sqrt(60))
    expect(Math.min(...values)).toBeLessThan(0)
  })

  test('the cached and the uncached way to subsets agree', async () => {
    const a = randomFeatures(1, 100, 5)
    const b = randomFeatures(2, 90, 5, 0.2)
    // Three subsets of ten are fewer pairs than all rows have; three hundred are more.
    const few = await subsetMmds(a, b, 3, 10, draw(7))
    const many = await subsetMmds(a, b, 300, 10, draw(7))
    for (let s = 0; s < 3; s++) expect(few[s]).toBeCloseTo(many[s], 12)
  })
})

function draw(seed: number): (n: number, k: number) => Int32Array {
  const random = new NumpyRandomState(seed)
  return (n, k) => random.choice(n, k)
}
