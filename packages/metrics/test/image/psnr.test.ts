import ndarray from 'ndarray'
import { describe, expect, it } from 'vitest'
import { pooledPsnr, psnr } from '@kinemetric/metrics'
import { goldenClips, noisyClip } from './golden-clips.ts'

// Origin: 10·log10(255²/MSE) of each frame of golden-clips.ts, by numpy in float64. Tolerance 1e-8: nine digits were printed, and ours is float64
// as well.
const GOLDEN = [28.256792249, 28.450965544, 28.938016122]

describe('psnr', () => {
  const { a, b } = goldenClips()

  it('is built on the golden clips that numpy was given', () => {
    expect(a.data.reduce((sum, value) => sum + value, 0)).toBe(6_890_303)
    expect(b.data.reduce((sum, value) => sum + value, 0)).toBe(7_130_054)
    expect([a.get(0, 0, 0, 0), a.get(0, 0, 0, 1), a.get(0, 0, 0, 2)]).toEqual([128, 206, 225])
    expect([b.get(2, 63, 95, 0), b.get(2, 63, 95, 1), b.get(2, 63, 95, 2)]).toEqual([144, 61, 27])
  })

  it('gives the golden values of each frame, their mean and the pooled value', () => {
    const values = psnr(b, a)
    GOLDEN.forEach((golden, t) => expect(values[t]).toBeCloseTo(golden, 8))
    expect((values[0] + values[1] + values[2]) / 3).toBeCloseTo(28.548591305, 8)
    expect(pooledPsnr(psnr(b, a, { recipe: 'pooled' }))).toBeCloseTo(28.539241083, 8)
  })

  it('is symmetric, and the pooled value is at most the mean of the frames', () => {
    const x = noisyClip([4, 20, 31], 1)
    const y = noisyClip([4, 20, 31], 2, 90)
    expect(psnr(x, y)).toEqual(psnr(y, x))
    const values = psnr(x, y, { recipe: 'pooled' })
    expect(pooledPsnr(values)).toBeLessThanOrEqual(values.reduce((sum, value) => sum + value, 0) / values.length)
  })

  it('declares what an identical frame scores', () => {
    expect([...psnr(a, a)]).toEqual([100, 100, 100])
    expect([...psnr(a, a, { recipe: 'frame-mean-inf' })]).toEqual([Infinity, Infinity, Infinity])
    expect(pooledPsnr(psnr(a, a, { recipe: 'pooled' }))).toBe(Infinity)
  })

  it('gives 100 dB, as JunyaoHu’s code, to an error below 1e-10 of the range squared', () => {
    const shape = [1, 256, 384, 3]
    const one = new Uint8Array(256 * 384 * 3)
    one[5] = 1 // MSE = 1/255²/294912 = 5.2e-11
    const x = ndarray(one, shape)
    const y = ndarray(new Uint8Array(one.length), shape)
    expect(psnr(x, y)[0]).toBe(100)
    expect(psnr(x, y, { recipe: 'frame-mean-inf' })[0]).toBeCloseTo(10 * Math.log10(255 ** 2 * one.length), 9)
  })

  it('counts the largest possible error exactly', () => {
    const shape = [1, 256, 384, 3]
    const white = ndarray(new Uint8Array(256 * 384 * 3).fill(255), shape)
    expect(psnr(white, ndarray(new Uint8Array(white.data.length), shape))[0]).toBe(0)
  })

  it('takes views: without the first frame, and flipped', () => {
    const flippedA = a.step(-1).lo(0, 10, 7)
    const flippedB = b.step(-1).lo(0, 10, 7)
    const straight = psnr(b.lo(0, 10, 7), a.lo(0, 10, 7))
    expect([...psnr(flippedB, flippedA)]).toEqual([...straight].reverse())
    expect([...psnr(b.lo(1), a.lo(1))]).toEqual([...psnr(b, a)].slice(1))
  })

  it('refuses clips that cannot be compared, saying what was expected and found', () => {
    expect(() => psnr(a, b.lo(1))).toThrow(
      'psnr: expected generated and reference frames of one shape [T, H, W, 3], ' +
        'found generated [3, 64, 96, 3] and reference [2, 64, 96, 3]',
    )
    expect(() => psnr(a.lo(3), b.lo(3))).toThrow('psnr: expected at least one generated frame, found [0, 64, 96, 3]')
    const floats = ndarray(new Float32Array(12), [1, 2, 2, 3])
    // @ts-expect-error frames are bytes
    expect(() => psnr(floats, floats)).toThrow('found Float32Array [1, 2, 2, 3]')
    const grey = ndarray(new Uint8Array(4), [1, 2, 2, 1])
    expect(() => psnr(grey, grey)).toThrow(expect.objectContaining({ kind: 'unfit', code: 'not-frames' }))
    expect(() => psnr(a, b, { recipe: 'mean' })).toThrow(
      "psnr: expected one of the recipes frame-mean, frame-mean-inf, pooled, y-basicsr, y-basicsr-pt, y-matlab-u8, found 'mean'",
    )
  })
})
