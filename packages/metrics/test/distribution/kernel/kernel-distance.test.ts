import { describe, expect, test } from 'vitest'
import { kid, kvd, subsetMmds, unbiasedMmd, type FeatureMatrix } from '@kinemetric/metrics'
import { rowRange } from '../../../src/features/feature-matrix.ts'
import { kernelSums } from '../../../src/distribution/kernel/kernel-distance.ts'
import { NumpyRandomState } from '../../../src/intervals/numpy-random.ts'
import { cosineFeatures, randomFeatures, sineFeatures } from '../../features/formula-features.ts'

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length

describe('NumpyRandomState', () => {
  // numpy 2.4 and, the legacy generator being frozen, every other; also in METRICS §4.3.
  test('draws what numpy draws', () => {
    const random = new NumpyRandomState(2020)
    expect([...random.choice(60, 5)]).toEqual([39, 37, 34, 33, 25])
    expect([...random.choice(60, 5)]).toEqual([17, 47, 48, 21, 1])
  })

  test('a permutation holds every number once, beyond the generator’s first 624 words', () => {
    const order = new NumpyRandomState(1).permutation(5000)
    expect(order.toSorted()).toEqual(Int32Array.from({ length: 5000 }, (_, i) => i))
  })

  test('refuses a sample larger than the set and a seed that is none', () => {
    expect(() => new NumpyRandomState(1).choice(3, 4)).toThrow('at most 3; found 4')
    expect(() => new NumpyRandomState(-1)).toThrow('found -1')
  })
})

// METRICS §8.3, ten printed digits of numpy in float64.
describe('the goldens of the specification', () => {
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
    // numpy 2.4 in float64 gives 0.19864777695735. The specification prints 0.1986476778, 1e-7 away, which is what the same
    // computation in float32 differs by; its other figures agree to 1e-9.
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
    const draw = () => {
      const random = new NumpyRandomState(7)
      return (n: number, k: number) => random.choice(n, k)
    }
    // Three subsets of ten are fewer pairs than all rows have; three hundred are more.
    const few = await subsetMmds(a, b, 3, 10, draw())
    const many = await subsetMmds(a, b, 300, 10, draw())
    for (let s = 0; s < 3; s++) expect(few[s]).toBeCloseTo(many[s], 12)
  })
})

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
      'expected at least 1000 rows a side for its subsets; found 60',
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
      'kvd (full): generated: expected at least 2 rows of features; found 1',
    )
    await expect(kvd(bad, bad)).rejects.toThrow('found Infinity at row 1, column 0')
    await expect(kvd(a, randomFeatures(1, 9, 4))).rejects.toThrow('found 16 (generated) and 4 (reference)')
  })

  test('constant features are at distance (k(x,x) + k(y,y) − 2k(x,y))', async () => {
    const at = (value: number): FeatureMatrix => ({ data: new Float32Array(40).fill(value), rows: 10, dimension: 4 })
    expect((await kvd(at(1), at(2))).value).toBe(8 + 125 - 2 * 27)
    expect((await kvd(at(1), at(1))).value).toBe(0)
  })
})
