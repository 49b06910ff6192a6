import ndarray from 'ndarray'
import { describe, expect, it } from 'vitest'
import type { FrameArray } from '@kinemetric/video'
import { ssim, ssimSpec } from '@kinemetric/metrics'
import { goldenClips, noisyClip } from './golden-clips.ts'

// Each frame of golden-clips.ts and their mean. Origin: the code that each recipe is named for, in float64: JunyaoHu/common_metrics_on_video_quality
// 5f75173 calculate_ssim.py (gaussian-valid, and on rounded BT.601 luma gaussian-valid-grey), Lightning-AI/torchmetrics dab0333 (gaussian-reflect),
// pytorch-ssim as SruthiSudhakar/CosHand 53cbaa5 has it (gaussian-zero-pad), scikit-image cd0a3d2 (uniform-7). Tolerance 1e-8: nine digits were printed.
const GOLDEN: Readonly<Record<string, readonly number[]>> = {
  'gaussian-valid': [0.946148691, 0.946987981, 0.947826245, 0.946987639],
  'gaussian-reflect': [0.94657444, 0.947259729, 0.948365982, 0.94740005],
  'gaussian-zero-pad': [0.952705454, 0.953375675, 0.954358281, 0.953479804],
  'uniform-7': [0.940313456, 0.941146219, 0.942036929, 0.941165534],
  'gaussian-valid-grey': [0.944673903, 0.945414568, 0.946567861, 0.945552111],
}
const RECIPES = ssimSpec.recipes.map(({ id }) => id)

const flat = (value: number): FrameArray => ndarray(new Uint8Array(2 * 16 * 16 * 3).fill(value), [2, 16, 16, 3])

describe('ssim', () => {
  const { a, b } = goldenClips()

  it.each(Object.keys(GOLDEN))('gives the golden values of %s', (recipe) => {
    const values = ssim(b, a, { recipe })
    const mean = values.reduce((sum, value) => sum + value, 0) / 3
    ;[...values, mean].forEach((value, i) => expect(value).toBeCloseTo(GOLDEN[recipe][i], 8))
  })

  it.each(RECIPES)('is 1 for equal frames, symmetric and at most 1 with %s', (recipe) => {
    const x = noisyClip([2, 23, 38], 3)
    const y = noisyClip([2, 23, 38], 4, 120)
    for (const value of ssim(x, x, { recipe })) expect(value).toBeCloseTo(1, 12)
    const forward = ssim(x, y, { recipe })
    const backward = ssim(y, x, { recipe })
    forward.forEach((value, t) => expect(value).toBeCloseTo(backward[t], 12))
    for (const value of forward) expect(value).toBeLessThan(1)
  })

  it('uses gaussian-valid unless told otherwise', () => {
    expect(ssim(b, a)).toEqual(ssim(b, a, { recipe: 'gaussian-valid' }))
  })

  it('scores flat frames by their brightness alone', () => {
    const c1 = (0.01 * 255) ** 2
    const expected = (2 * 100 * 120 + c1) / (100 ** 2 + 120 ** 2 + c1)
    for (const value of ssim(flat(100), flat(120))) expect(value).toBeCloseTo(expected, 9)
    for (const value of ssim(flat(255), flat(255))) expect(value).toBeCloseTo(1, 12)
  })

  it('takes views with any stride', () => {
    const turned = ssim(b.transpose(0, 2, 1, 3), a.transpose(0, 2, 1, 3))
    const straight = ssim(b, a)
    turned.forEach((value, t) => expect(value).toBeCloseTo(straight[t], 10))
    const mirrored = ssim(b.step(1, 1, -1), a.step(1, 1, -1))
    mirrored.forEach((value, t) => expect(value).toBeCloseTo(straight[t], 10))
  })

  it.each([
    ['gaussian-valid', 11],
    ['gaussian-valid-grey', 11],
    ['uniform-7', 7],
    ['gaussian-reflect', 6],
    ['gaussian-zero-pad', 1],
  ] as const)('with %s scores frames from %i pixels on and refuses smaller ones', (recipe, size) => {
    const x = noisyClip([1, size, size], 5)
    expect(ssim(x, x, { recipe })[0]).toBeCloseTo(1, 12)
    if (size === 1) return
    const smaller = noisyClip([1, size - 1, 40], 5)
    expect(() => ssim(smaller, smaller, { recipe })).toThrow(
      expect.objectContaining({ kind: 'unfit', code: 'too-small' }),
    )
    expect(() => ssim(smaller, smaller, { recipe })).toThrow(
      `ssim: expected frames of at least ${size}x${size} pixels (height x width) for the window of the recipe '${recipe}', ` +
        `found ${size - 1}x40`,
    )
  })

  it('refuses clips of different size', () => {
    expect(() => ssim(a, b.hi(3, 64, 95, 3))).toThrow('found generated [3, 64, 96, 3] and reference [3, 64, 95, 3]')
  })
})
