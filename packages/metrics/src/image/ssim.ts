import type { FrameArray } from '@kinemetric/video'
import { findRecipe } from '../recipes/find-recipe.ts'
import type { RecipeInfo } from '../recipes/recipe.ts'
import { meanOfClips } from '../spec/mean-of-clips.ts'
import type { MetricSpec } from '../spec/metric-spec.ts'
import { eachFrame } from './each-frame.ts'
import { type SsimPlan, smallestSsimSize, ssimOfFrame } from './frame-ssim.ts'
import { gaussianWindow, uniformWindow } from './kernels/ssim-window.ts'

// Structural similarity. The formula stands in `ssim-plain.ts`; the recipes differ in the window, the border, the
// covariance and the colour, and spread over 0.012 on the same two clips.

/** A recipe of SSIM: what is done to the two images before the window passes over them. */
export interface SsimRecipe extends RecipeInfo {
  plan: SsimPlan
}

const window = gaussianWindow()
const gaussian = { window: 'gaussian-11-sigma-1.5', covariance: 'population' } as const
const common = { peak: 255, k1: 0.01, k2: 0.03, mean: 'map-then-frames-then-clips' } as const

const recipes: readonly SsimRecipe[] = [
  {
    id: 'gaussian-valid',
    summary:
      'Gaussian window wholly inside, each RGB channel (JunyaoHu; torchmetrics up to 1.4.1; scikit-image with gaussian_weights)',
    settings: { ...gaussian, border: 'valid', colour: 'rgb-channels', ...common },
    plan: { window, border: 'none', grey: false },
  },
  {
    id: 'gaussian-reflect',
    summary: 'Gaussian window, border mirrored, whole map (torchmetrics from 1.4.2 with data_range=1)',
    settings: { ...gaussian, border: 'reflect', colour: 'rgb-channels', ...common },
    plan: { window, border: 'reflect', grey: false },
  },
  {
    id: 'gaussian-zero-pad',
    summary: 'Gaussian window, zeros beyond the border, whole map (pytorch-ssim, CosHand)',
    settings: { ...gaussian, border: 'zero', colour: 'rgb-channels', ...common },
    plan: { window, border: 'zero', grey: false },
  },
  {
    id: 'uniform-7',
    summary: 'uniform 7×7 window wholly inside, sample covariance (scikit-image’s default)',
    settings: { window: 'uniform-7', covariance: 'sample', border: 'valid', colour: 'rgb-channels', ...common },
    plan: { window: uniformWindow(7), border: 'none', grey: false },
  },
  {
    id: 'gaussian-valid-grey',
    summary: 'Gaussian window wholly inside, on BT.601 luma rounded to whole numbers',
    settings: { ...gaussian, border: 'valid', colour: 'bt601-grey-rounded', ...common },
    plan: { window, border: 'none', grey: true },
  },
]

export const ssimSpec: MetricSpec<'frames', SsimRecipe> = {
  id: 'ssim',
  title: 'Structural similarity (SSIM)',
  label: { short: 'SSIM', long: 'Structural similarity', decimals: 3 },
  unit: '',
  better: 'higher',
  range: [-1, 1],
  per: 'frame',
  aligned: true,
  version: 1,
  sees: 'Whether brightness, contrast and structure agree within small windows: blur, noise and lost texture.',
  misses:
    'Where things go: it compares window by window, so that a small shift of sharp texture costs much, and a background that is right hides an object that is wrong.',
  defaultRecipe: 'gaussian-valid',
  recipes,
  matches: 'JunyaoHu/common_metrics_on_video_quality calculate_ssim.py',
  cite: 'Wang, Bovik, Sheikh & Simoncelli, Image quality assessment: from error visibility to structural similarity, IEEE TIP 2004',
  needs: () => ({ kind: 'frames', ask: true }),
  frame: {
    file: import.meta.url,
    smallest: ({ plan }) => smallestSsimSize(plan),
    value: ({ generated, reference, height, width }, { plan }) =>
      ssimOfFrame(generated, reference, height, width, plan),
  },
  conclude: (set, recipe, how) => Promise.resolve(meanOfClips(ssimSpec, set, recipe, how)),
}

/**
 * SSIM of each frame.
 *
 * @param generated `[T, H, W, 3]`, 0..255, sRGB
 * @param reference the same shape
 * @returns `[T]`, −1..1, 1 for equal frames
 * @throws KinemetricError `shape-mismatch`, `not-frames`, `empty`, `unknown-recipe`, `too-small` (the window needs 11 × 11
 * pixels, 7 × 7 for `uniform-7`, 6 × 6 for `gaussian-reflect`)
 */
export function ssim(
  generated: FrameArray,
  reference: FrameArray,
  options: { recipe?: string | undefined } = {},
): Float64Array {
  return eachFrame(ssimSpec, generated, reference, findRecipe(ssimSpec, options.recipe))
}
