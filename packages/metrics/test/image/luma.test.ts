import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ndarray from 'ndarray'
import { describe, expect, it } from 'vitest'
import {
  createFrameMetricPool,
  findRecipe,
  psnr,
  psnrSpec,
  scoreClips,
  signature,
  ssim,
  ssimSpec,
} from '@kinemetric/metrics'
import { lumaOf } from '../../src/image/kernels/luma.ts'
import { goldenClips, noisyClip } from './golden-clips.ts'

// Origin: see the file. Ours agree to 1e-10, far inside the 1e-4 dB and 1e-6 that the float32 of the original is good for.
const golden: {
  frames: { recipe: string; psnr: number[]; ssim: number[] }[]
  luma: { float32: { sum: number; first4: number[] }; whole: { sum: number; first8: number[]; last: number } }
} = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'goldens', 'luma.json'), 'utf8'))

function sumOf(values: Iterable<number>): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

describe('luma', () => {
  const { a, b } = goldenClips()

  it.each(golden.frames)('$recipe gives what BasicSR gives of each frame', (expected) => {
    const { recipe } = expected
    const values = { psnr: psnr(b, a, { recipe }), ssim: ssim(b, a, { recipe }) }
    for (const metric of ['psnr', 'ssim'] as const)
      expected[metric].forEach((value, t) => expect(values[metric][t]).toBeCloseTo(value, 10))
  })

  it('makes the very Y that BasicSR makes, in float32 and in whole numbers', () => {
    const shape = { height: 64, width: 96, crop: 0 }
    const first = a.data.subarray(0, 64 * 96 * 3)
    const float32 = lumaOf(first, shape, 'float32')
    expect([...float32.subarray(0, 4)]).toEqual(golden.luma.float32.first4)
    expect(sumOf(float32)).toBeCloseTo(golden.luma.float32.sum, 7)
    const whole = lumaOf(first, shape, 'whole')
    expect([...whole.subarray(0, 8)]).toEqual(golden.luma.whole.first8)
    expect(whole.at(-1)).toBe(golden.luma.whole.last)
    expect(sumOf(whole)).toBe(golden.luma.whole.sum)
  })

  it('goes from 16 to 235', () => {
    const pixels = Uint8Array.of(0, 0, 0, 255, 255, 255)
    for (const rounding of ['float32', 'float32-weights', 'whole'] as const) {
      const [black, white] = lumaOf(pixels, { height: 1, width: 2, crop: 0 }, rounding)
      expect(black).toBeCloseTo(16, 5)
      expect(white).toBeCloseTo(235, 4)
    }
  })

  it('leaves out the border as if the frames had been cut before', () => {
    const [x, y] = [noisyClip([2, 31, 40], 3), noisyClip([2, 31, 40], 4)]
    const cut = (clip: typeof x) => clip.lo(0, 3, 3).hi(2, 25, 34)
    for (const id of ['y-basicsr', 'y-basicsr-pt', 'y-matlab-u8']) {
      const cropped = { recipe: `${id}+crop-3` }
      expect(psnr(x, y, cropped)).toEqual(psnr(cut(x), cut(y), { recipe: id }))
      expect(ssim(x, y, cropped)).toEqual(ssim(cut(x), cut(y), { recipe: id }))
    }
  })

  it('scores an identical frame +infinity, or 80 dB as BasicSR’s function of tensors does', () => {
    expect([...psnr(a, a, { recipe: 'y-basicsr' })]).toEqual([Infinity, Infinity, Infinity])
    expect([...psnr(a, a, { recipe: 'y-matlab-u8' })]).toEqual([Infinity, Infinity, Infinity])
    expect([...psnr(a, a, { recipe: 'y-basicsr-pt' })]).toEqual([80, 80, 80])
    for (const { id } of ssimSpec.recipes) expect(ssim(a, a, { recipe: id })[0]).toBeCloseTo(1, 12)
    const { warnings } = scoreClips(psnrSpec, 'y-basicsr-pt+crop-2', [Float64Array.of(80, 30), Float64Array.of(31)])
    expect(warnings?.join()).toContain('1 of 3 frames equal their reference (or nearly) and count as 80 dB')
    expect(warnings?.join()).not.toContain('psnr:pooled')
  })

  it('names frames that are too small for the crop', () => {
    const x = noisyClip([1, 20, 18], 5)
    expect(psnr(x, x, { recipe: 'y-basicsr+crop-8' })).toHaveLength(1)
    expect(() => psnr(x, x, { recipe: 'y-basicsr+crop-9' })).toThrow(
      "psnr: expected frames of at least 19x19 pixels (height x width) for the window of the recipe 'y-basicsr+crop-9', found 20x18",
    )
    expect(ssim(x, x, { recipe: 'y-matlab-u8+crop-3' })).toHaveLength(1)
    expect(() => ssim(x, x, { recipe: 'y-matlab-u8+crop-4' })).toThrow(
      expect.objectContaining({ kind: 'unfit', code: 'too-small' }),
    )
  })

  it('is the same in worker threads, which are told a recipe’s name alone', async () => {
    const choices = ['y-basicsr', 'y-basicsr+crop-4', 'y-matlab-u8+crop-2'].flatMap((id) => [
      { metric: psnrSpec, recipe: findRecipe(psnrSpec, id) },
      { metric: ssimSpec, recipe: findRecipe(ssimSpec, id) },
    ])
    await using pool = createFrameMetricPool({ threads: 2 })
    const measured = await pool.measure(b, a, choices)
    expect(measured).toEqual(
      choices.map(({ metric, recipe }) => (metric.id === 'psnr' ? psnr : ssim)(b, a, { recipe: recipe.id })),
    )
  })

  it('signs the crop', () => {
    expect(signature(psnrSpec, 'y-basicsr')).toContain(
      '|recipe:y-basicsr|colour:y-bt601-float32|peak:255|range:limited|crop:0|',
    )
    expect(signature(psnrSpec, 'y-basicsr+crop-4')).toContain('|recipe:y-basicsr+crop-4|')
    expect(signature(psnrSpec, 'y-basicsr+crop-4')).toContain('|crop:4|')
    expect(signature(psnrSpec, 'y-basicsr+crop-0')).toBe(signature(psnrSpec, 'y-basicsr'))
  })

  it('does not read beyond the frame of a view', () => {
    const wide = ndarray(
      Uint8Array.from({ length: 2 * 24 * 30 * 3 }, (_, i) => (i * 37) % 256),
      [2, 24, 30, 3],
    )
    const view = wide.lo(0, 2, 5).hi(2, 20, 20)
    expect(psnr(view, view, { recipe: 'y-basicsr-pt+crop-1' })).toEqual(Float64Array.of(80, 80))
  })
})
