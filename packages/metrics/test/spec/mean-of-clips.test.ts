import { describe, expect, it } from 'vitest'
import { clipValue, pooledPsnr, psnr, psnrSpec, scoreClips, ssimSpec } from '@kinemetric/metrics'
import { goldenClips, noisyClip } from '../image/golden-clips.ts'

const one = (values: readonly number[]) => values.map((value) => Float64Array.of(value))

describe('scoreClips', () => {
  it('takes the mean over frames, then over clips: a longer clip weighs no more', () => {
    const clips = [Float64Array.of(0.5, 0.7), Float64Array.of(0.9), Float64Array.of(0.1, 0.2, 0.3)]
    const score = scoreClips(ssimSpec, 'gaussian-valid', clips, { extra: { size: '64x96' } })
    expect(score.value).toBeCloseTo((0.6 + 0.9 + 0.2) / 3, 12)
    expect(score).toMatchObject({ metric: 'ssim', recipe: 'gaussian-valid', unit: '', better: 'higher', n: 3 })
    expect(score.details).toEqual({ frames: 6 })
    expect(score.signature).toContain('|size:64x96|')
    expect(score.warnings).toEqual(['no interval: n = 3: too few for an interval'])
  })

  it('pools squared errors over all frames exactly, for clips of different length', () => {
    const { a, b } = goldenClips()
    const all = psnr(b, a, { recipe: 'pooled' })
    const score = scoreClips(psnrSpec, 'pooled', [all.slice(0, 1), all.slice(1)])
    // numpy in float64, on golden-clips.ts.
    expect(score.value).toBeCloseTo(28.539241083, 8)
    const x = noisyClip([5, 16, 20], 8, 10)
    const y = noisyClip([5, 16, 20], 9, 200)
    let error = 0
    x.data.forEach((value, i) => (error += (value - y.data[i]) ** 2))
    const values = psnr(x, y, { recipe: 'pooled' })
    const pooled = scoreClips(psnrSpec, 'pooled', [values.slice(0, 2), values.slice(2)])
    expect(pooled.value).toBeCloseTo(10 * Math.log10(255 ** 2 / (error / x.data.length)), 10)
  })

  it('counts identical frames as 100 dB and says so', () => {
    const score = scoreClips(psnrSpec, 'frame-mean', [Float64Array.of(100, 30), Float64Array.of(20, 30)])
    expect(score.value).toBe(45)
    expect(score.warnings).toContain(
      '1 of 4 frames equal their reference (or nearly) and count as 100 dB: 1 of 2 clips reach the cap and carry the mean: prefer psnr:pooled',
    )
    expect(score.details?.withoutCapped).toEqual({ capped: 1, n: 1, value: 25 })
    expect(scoreClips(psnrSpec, 'frame-mean', [Float64Array.of(100)]).details?.withoutCapped).toEqual({
      capped: 1,
      n: 0,
      value: null,
    })
  })

  it('stores an infinite value as null with a warning, so that the record stays JSON', () => {
    const { a } = goldenClips()
    const same = psnr(a, a, { recipe: 'pooled' })
    const score = scoreClips(psnrSpec, 'pooled', [same, same])
    expect(score.value).toBeNull()
    expect(score.interval).toBeNull()
    expect(score.warnings).toEqual([
      'no value: 6 of 6 frames equal their reference, so that it is infinite',
      'no interval: n = 2: too few for an interval',
    ])
    expect(JSON.parse(JSON.stringify(score))).toEqual(score)
    const partly = scoreClips(psnrSpec, 'pooled', [same, Float64Array.of(20, 20, 20)])
    expect(partly.value).toBeCloseTo(20 + 10 * Math.log10(2), 10)
    expect(partly.warnings?.[0]).toBe('3 of 6 frames equal their reference; pooling counts them as no error')
    expect(scoreClips(psnrSpec, 'frame-mean-inf', [same]).value).toBeNull()
  })

  it('has no interval for one clip, and says why', () => {
    const score = scoreClips(ssimSpec, 'gaussian-valid', [Float64Array.of(0.5)])
    expect(score).toMatchObject({ value: 0.5, n: 1, interval: null })
    expect(score.warnings).toEqual(['no interval: n = 1: too few for an interval'])
  })

  it('has Student’s interval with the correction for skewness, cut to the metric’s range; never a point', () => {
    const values = [0.98, 0.99, 1, 1, 0.61, 1, 0.95, 1]
    const score = scoreClips(ssimSpec, 'gaussian-valid', one(values))
    expect(score.interval).toMatchObject({ level: 0.95, method: 'hall-t' })
    expect(score.interval?.low).toBeLessThan(score.value!)
    expect(score.interval?.high).toBeLessThanOrEqual(1)
    expect(score.details?.atBound).toEqual({ low: 0, high: 0.5 })
    const constant = scoreClips(ssimSpec, 'gaussian-valid', one(Array.from({ length: 8 }, () => 0.1 + 0.2)))
    expect(constant.interval).toBeNull()
    expect(constant.warnings).toEqual(['no interval: the same value on all 8 clips'])
    const endless = scoreClips(psnrSpec, 'frame-mean-inf', one([20, 21, 22, 23, Number.POSITIVE_INFINITY]))
    expect(endless.interval).toBeNull()
    expect(endless.warnings).toContain('no interval: a value is not finite')
  })

  it('counts windows of one video as one unit, and clips by their weights', () => {
    const values = [0.5, 0.52, 0.48, 0.9, 0.91, 0.2, 0.21, 0.6, 0.7, 0.65]
    const units = ['a', 'a', 'a', 'b', 'b', 'c', 'c', 'd', 'e', 'f']
    const apart = scoreClips(ssimSpec, 'gaussian-valid', one(values))
    const together = scoreClips(ssimSpec, 'gaussian-valid', one(values), { units })
    expect(together.value).toBe(apart.value)
    expect(together.details?.units).toBe(6)
    expect(width(together.interval)).toBeGreaterThan(1.5 * width(apart.interval))
    const few = scoreClips(ssimSpec, 'gaussian-valid', one(values), {
      units: units.map((unit) => (unit < 'c' ? 'a' : 'b')),
    })
    expect(few.warnings).toEqual(['no interval: n = 2: too few for an interval'])
    const weighted = scoreClips(ssimSpec, 'gaussian-valid', one([1, 0, 0, 0, 0, 0]), { weights: [5, 1, 1, 1, 1, 1] })
    expect(weighted.value).toBeCloseTo(0.5, 12)
    expect(() => scoreClips(ssimSpec, 'gaussian-valid', one([1, 0]), { weights: [1, 0] })).toThrow('weights above 0')
  })

  it('leaves no interval where pooled PSNR’s upper end would be infinite', () => {
    const score = scoreClips(psnrSpec, 'pooled', one([3, 90, 91, 92, 93]))
    expect(score.value).toBeGreaterThan(3)
    expect(score.interval).toBeNull()
    expect(score.warnings).toContain('no interval: one of its ends is infinite')
  })

  it('reproduces older intervals by name', () => {
    const score = scoreClips(ssimSpec, 'gaussian-valid', one([0.1, 0.3, 0.2]), { interval: 'percentile', seed: 3 })
    expect(score.interval?.method).toBe('bootstrap-percentile, 1000 resamples of 3 clips, seed 3')
  })

  it('scores no clips as no value', () => {
    expect(scoreClips(ssimSpec, 'gaussian-valid', [])).toMatchObject({
      value: null,
      n: 0,
      interval: null,
      warnings: ['no value: no clip has one'],
    })
  })

  it('refuses NaN and empty clips, naming them', () => {
    const good = Float64Array.of(0.5)
    expect(() => scoreClips(ssimSpec, 'uniform-7', [good, Float64Array.of(1, Number.NaN)])).toThrow(
      'scoreClips: expected ssim values, found NaN at clip 1, frame 1',
    )
    expect(() => scoreClips(ssimSpec, 'uniform-7', [good, new Float64Array(0)])).toThrow(
      expect.objectContaining({ kind: 'unfit', code: 'empty' }),
    )
  })

  it('gives the clip’s own value under the recipe', () => {
    const values = Float64Array.of(20, 30)
    expect(clipValue(psnrSpec, 'frame-mean', values)).toBe(25)
    expect(clipValue(psnrSpec, 'pooled', values)).toBe(pooledPsnr(values))
  })
})

function width(interval: { low: number; high: number } | null): number {
  return interval === null ? Number.NaN : interval.high - interval.low
}
