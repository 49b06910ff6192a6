import type { FrameArray } from '@kinemetric/video'
import { findRecipe } from '../spec/find-recipe.ts'
import { framePair } from './frame-pair.ts'
import { frameSsim, smallestSsimSize, type SsimRecipe } from './frame-ssim.ts'
import { MetricError } from '../spec/metric-error.ts'
import type { MetricInfo } from '../spec/metric-spec.ts'

// Structural similarity. The formula stands in `ssim-plain.ts`; the recipes differ in the window, the border, the
// covariance and the colour, and spread over 0.012 on the same two clips.

const gaussian = { window: 'gaussian-11-sigma-1.5', covariance: 'population' } as const
const common = { peak: 255, k1: 0.01, k2: 0.03, mean: 'map-then-frames-then-clips' } as const

export const ssimInfo = {
  id: 'ssim',
  title: 'Structural similarity (SSIM)',
  unit: '',
  better: 'higher',
  range: [-1, 1],
  per: 'frame',
  needs: 'frames',
  version: 1,
  defaultRecipe: 'gaussian-valid',
  recipes: [
    {
      id: 'gaussian-valid',
      summary:
        'Gaussian window wholly inside, each RGB channel (JunyaoHu; torchmetrics up to 1.4.1; scikit-image with gaussian_weights)',
      settings: { ...gaussian, border: 'valid', colour: 'rgb-channels', ...common },
    },
    {
      id: 'gaussian-reflect',
      summary: 'Gaussian window, border mirrored, whole map (torchmetrics from 1.4.2 with data_range=1)',
      settings: { ...gaussian, border: 'reflect', colour: 'rgb-channels', ...common },
    },
    {
      id: 'gaussian-zero-pad',
      summary: 'Gaussian window, zeros beyond the border, whole map (pytorch-ssim, CosHand)',
      settings: { ...gaussian, border: 'zero', colour: 'rgb-channels', ...common },
    },
    {
      id: 'uniform-7',
      summary: 'uniform 7×7 window wholly inside, sample covariance (scikit-image’s default)',
      settings: { window: 'uniform-7', covariance: 'sample', border: 'valid', colour: 'rgb-channels', ...common },
    },
    {
      id: 'gaussian-valid-grey',
      summary: 'Gaussian window wholly inside, on BT.601 luma rounded to whole numbers',
      settings: { ...gaussian, border: 'valid', colour: 'bt601-grey-rounded', ...common },
    },
  ],
  matches: 'JunyaoHu/common_metrics_on_video_quality calculate_ssim.py',
  cite: 'Wang, Bovik, Sheikh & Simoncelli, Image quality assessment: from error visibility to structural similarity, IEEE TIP 2004',
} as const satisfies MetricInfo

/**
 * SSIM of each frame.
 *
 * @param generated `[T, H, W, 3]`, 0..255, sRGB
 * @param reference the same shape
 * @returns `[T]`, −1..1, 1 for equal frames
 * @throws MetricError `shape-mismatch`, `not-frames`, `empty`, `unknown-recipe`, `too-small` (the window needs 11 × 11
 * pixels, 7 × 7 for `uniform-7`, 6 × 6 for `gaussian-reflect`)
 */
export function ssim(
  generated: FrameArray,
  reference: FrameArray,
  options: { recipe?: SsimRecipe | undefined } = {},
): Float64Array {
  const recipe = findRecipe(ssimInfo, options.recipe).id
  const { a, b, frames, height, width, frameValues } = framePair(generated, reference, ssimInfo.id)
  checkSsimSize(height, width, recipe)
  const values = new Float64Array(frames)
  for (let t = 0; t < frames; t++) {
    const start = t * frameValues
    const end = start + frameValues
    values[t] = frameSsim(a.subarray(start, end), b.subarray(start, end), height, width, recipe)
  }
  return values
}

/** @throws MetricError `too-small` when a recipe's window does not fit the frames */
export function checkSsimSize(height: number, width: number, recipe: SsimRecipe): void {
  const smallest = smallestSsimSize(recipe)
  if (Math.min(height, width) < smallest) {
    throw new MetricError(
      'too-small',
      ssimInfo.id,
      `expected frames of at least ${smallest}x${smallest} pixels (height x width) for the recipe '${recipe}'; ` +
        `found ${height}x${width}`,
    )
  }
}
