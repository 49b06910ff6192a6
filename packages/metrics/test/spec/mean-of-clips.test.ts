import { describe, expect, it } from 'vitest'
import { clipValue, pooledPsnr, psnr, psnrSpec, scoreClips, ssimSpec } from '@kinemetric/metrics'
import { goldenClips, noisyClip } from '../image/golden-clips.ts'

describe('scoreClips', () => {
  it('takes the mean over frames, then over clips: a longer clip weighs no more', () => {
    const clips = [Float64Array.of(0.5, 0.7), Float64Array.of(0.9), Float64Array.of(0.1, 0.2, 0.3)]
    const score = scoreClips(ssimSpec, 'gaussian-valid', clips, { extra: { size: '64x96' } })
    expect(score.value).toBeCloseTo((0.6 + 0.9 + 0.2) / 3, 12)
    expect(score).toMatchObject({ metric: 'ssim', recipe: 'gaussian-valid', unit: '', better: 'higher', n: 3 })
    expect(score.details).toEqual({ frames: 6 })
    expect(score.signature).toContain('|size:64x96|')
    expect(score.interval?.low).toBeLessThan(score.value!)
    expect(score.interval?.high).toBeGreaterThan(score.value!)
    expect(score.warnings).toBeUndefined()
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
    expect(score.warnings).toEqual(['1 of 4 frames equal their reference (or nearly) and count as 100 dB'])
  })

  it('stores an infinite value as null with a warning, so that the record stays JSON', () => {
    const { a } = goldenClips()
    const same = psnr(a, a, { recipe: 'pooled' })
    const score = scoreClips(psnrSpec, 'pooled', [same, same])
    expect(score.value).toBeNull()
    expect(score.interval).toBeNull()
    expect(score.warnings).toEqual([
      'no value: 6 of 6 frames equal their reference, so that it is infinite',
      'no interval: the statistic itself is Infinity',
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
    expect(score.warnings).toEqual(['no interval: an interval over clips needs at least 2 clips; found 1'])
  })

  it('scores no clips as no value', () => {
    expect(scoreClips(ssimSpec, 'gaussian-valid', [])).toMatchObject({
      value: null,
      n: 0,
      interval: null,
      warnings: ['no value: no clip was scored'],
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
