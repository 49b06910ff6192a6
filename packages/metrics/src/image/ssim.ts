import type { FrameArray } from '@kinemetric/video'
import { findRecipe } from '../recipes/find-recipe.ts'
import type { MetricSpec } from '../spec/metric-spec.ts'
import { eachFrame } from './each-frame.ts'
import {
  type SsimPlan,
  smallestSsimSize,
  ssimMapOfFrame,
  ssimMapOfLuma,
  ssimOfFrame,
  ssimOfLuma,
} from './frame-ssim.ts'
import { lumaCrop } from './kernels/luma-crop.ts'
import { type LumaRounding, lumaOf } from './kernels/luma.ts'
import { meanOfRegion, weighRegion } from './region/mean-of-region.ts'
import { type RegionRecipe, regionSettings, wholeFrame } from './region/region.ts'
import { gaussianWindow, uniformWindow } from './kernels/ssim-window.ts'

// Structural similarity. The formula stands in `ssim-plain.ts`; the recipes differ in the window, the border, the
// covariance and the colour, and spread over 0.012 on the same two clips.

/** A recipe of SSIM: what is done to the two images before the window passes over them. */
export interface SsimRecipe extends RegionRecipe {
  plan: SsimPlan
  /** Of luma that is rounded so, in place of what `plan` says of colours. */
  luma?: LumaRounding | undefined
  /** Pixels on each side that are left out; of luma recipes alone. */
  crop: number
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
    crop: 0,
    ...wholeFrame,
  },
  {
    id: 'gaussian-reflect',
    summary: 'Gaussian window, border mirrored, whole map (torchmetrics from 1.4.2 with data_range=1)',
    settings: { ...gaussian, border: 'reflect', colour: 'rgb-channels', ...common },
    plan: { window, border: 'reflect', grey: false },
    crop: 0,
    ...wholeFrame,
  },
  {
    id: 'gaussian-zero-pad',
    summary: 'Gaussian window, zeros beyond the border, whole map (pytorch-ssim, CosHand)',
    settings: { ...gaussian, border: 'zero', colour: 'rgb-channels', ...common },
    plan: { window, border: 'zero', grey: false },
    crop: 0,
    ...wholeFrame,
  },
  {
    id: 'uniform-7',
    summary: 'uniform 7×7 window wholly inside, sample covariance (scikit-image’s default)',
    settings: { window: 'uniform-7', covariance: 'sample', border: 'valid', colour: 'rgb-channels', ...common },
    plan: { window: uniformWindow(7), border: 'none', grey: false },
    crop: 0,
    ...wholeFrame,
  },
  {
    id: 'gaussian-valid-grey',
    summary: 'Gaussian window wholly inside, on BT.601 luma rounded to whole numbers',
    settings: { ...gaussian, border: 'valid', colour: 'bt601-grey-rounded', ...common },
    plan: { window, border: 'none', grey: true },
    crop: 0,
    ...wholeFrame,
  },
  {
    id: 'y-basicsr',
    summary:
      'Gaussian window wholly inside, on BT.601 luma in float32, as BasicSR’s calculate_ssim with test_y_channel',
    ...ofLuma('float32', 'y-bt601-float32'),
  },
  {
    id: 'y-basicsr-pt',
    summary: 'Gaussian window wholly inside, on BT.601 luma, as BasicSR’s calculate_ssim_pt of float64 tensors',
    ...ofLuma('float32-weights', 'y-bt601-float32-weights'),
  },
  {
    id: 'y-matlab-u8',
    summary:
      'Gaussian window wholly inside, on BT.601 luma rounded to whole numbers, as MATLAB’s rgb2ycbcr of uint8 images',
    ...ofLuma('whole', 'y-bt601-rounded'),
  },
]

/** What the recipes of luma have in common. */
function ofLuma(luma: LumaRounding, colour: string): Omit<SsimRecipe, 'id' | 'summary'> {
  return {
    settings: { ...gaussian, border: 'valid', colour, range: 'limited', crop: 0, ...common },
    plan: { window, border: 'none', grey: false },
    luma,
    crop: 0,
    ...wholeFrame,
    choosable: [lumaCrop, ...regionSettings],
  }
}

export const ssimSpec: MetricSpec<'frames', SsimRecipe> = {
  id: 'ssim',
  title: 'Structural similarity (SSIM)',
  group: 'image',
  label: { short: 'SSIM', long: 'Structural similarity', decimals: 3 },
  cost: { secondsPerClip: 0.028, measured: '13 frames of 256×384, one core; bench/image-metrics.md' },
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
    smallest: ({ plan, crop }) => smallestSsimSize(plan) + 2 * crop,
    value: ({ generated, reference, height, width }, { plan, luma, crop }) => {
      if (luma === undefined) return ssimOfFrame(generated, reference, height, width, plan)
      const shape = { height, width, crop }
      const [a, b] = [lumaOf(generated, shape, luma), lumaOf(reference, shape, luma)]
      return ssimOfLuma(a, b, height - 2 * crop, width - 2 * crop, plan.window)
    },
    map: ({ generated, reference, height, width }, { plan, luma, crop }) => {
      if (luma === undefined) return ssimMapOfFrame(generated, reference, height, width, plan)
      const shape = { height, width, crop }
      const [a, b] = [lumaOf(generated, shape, luma), lumaOf(reference, shape, luma)]
      return ssimMapOfLuma(a, b, height - 2 * crop, width - 2 * crop, plan.window, crop)
    },
  },
  weigh: weighRegion,
  conclude: (set, recipe, how) => Promise.resolve(meanOfRegion(ssimSpec, set, recipe, how)),
}

/**
 * SSIM of each frame.
 *
 * @param generated `[T, H, W, 3]`, 0..255, sRGB
 * @param reference the same shape
 * @param options.recipe with settings behind its name, where they are others than its own: `y-basicsr+crop-4`
 * @param options.region of a recipe of a part of each frame (`gaussian-valid+inside-object`) its pixels, `[T, H, W]`, not 0 inside
 * @returns `[T]`, −1..1, 1 for equal frames
 * @throws KinemetricError `shape-mismatch`, `not-frames`, `empty`, `unknown-recipe`, `bad-option`, `too-small` (the window needs
 * 11 × 11 pixels, 7 × 7 for `uniform-7`, 6 × 6 for `gaussian-reflect`, and the crop its own on each side)
 */
export function ssim(
  generated: FrameArray,
  reference: FrameArray,
  options: { recipe?: string | undefined; region?: Uint8Array | undefined } = {},
): Float64Array {
  return eachFrame(ssimSpec, generated, reference, findRecipe(ssimSpec, options.recipe), options.region)
}
