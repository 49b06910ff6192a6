import type { FrameArray } from '@kinemetric/video'
import { findRecipe } from '../recipes/find-recipe.ts'
import type { Averaging, MeanForm } from '../spec/averaging.ts'
import { mean, means } from '../spec/averaging.ts'
import type { FrameBytes, FrameMap } from '../spec/frame-formula.ts'
import type { MetricSpec } from '../spec/metric-spec.ts'
import { eachFrame } from './each-frame.ts'
import { lumaCrop } from './kernels/luma-crop.ts'
import { type LumaRounding, lumaOf } from './kernels/luma.ts'
import { meanOfRegion, weighRegion } from './region/mean-of-region.ts'
import { type RegionRecipe, regionSettings, wholeFrame } from './region/region.ts'
import { sumOfSquaredErrors } from './kernels/squared-error-kernel.ts'

// Peak signal-to-noise ratio.
//
// PSNR = 10·log10(L² / MSE), L = 255, MSE over all H·W·3 values of one frame (or, pooled, of all frames).
// The recipes differ in what is averaged, the error or its logarithm, and in what a frame without any error scores:
// JunyaoHu/common_metrics_on_video_quality gives 100 dB to any MSE below 1e-10 of the range [0, 1], which is the same as
// capping at 100 dB; torchmetrics and scikit-image give +infinity.
//
// The recipes named y-… are those of papers on super-resolution: of luma alone, without a border of `crop` pixels. L is 255 there too, although luma reaches 235.

/** A recipe of PSNR. */
export interface PsnrRecipe extends RegionRecipe {
  /** dB of a frame without (or nearly without) error. */
  most: number
  /** The logarithm of the mean squared error of all frames, in place of the mean of logarithms. */
  pooled: boolean
  /** Of luma; absent: of all three channels. */
  luma?: LumaRule | undefined
  /** Pixels on each side that are left out; of luma recipes alone. */
  crop: number
}

/** How luma is made and what is added to its mean squared error, in units of L². */
interface LumaRule {
  rounding: LumaRounding
  added: number
}

/** What JunyaoHu/common_metrics_on_video_quality gives a frame whose error is below 10⁻¹⁰ of the range squared. */
const CAP = 100

/** What BasicSR's function of tensors adds to the error: a frame without any scores 80 dB. */
const ADDED = 1e-8

const choosable = [lumaCrop, ...regionSettings]
const luma = { peak: 255, range: 'limited', crop: 0, mean: 'frames-then-clips' } as const

const recipes: readonly PsnrRecipe[] = [
  {
    id: 'frame-mean',
    summary: 'mean of the frames’ PSNR; a frame (nearly) identical to its reference scores 100 dB',
    settings: { peak: 255, colour: 'rgb', mean: 'frames-then-clips', identical: '100dB' },
    most: CAP,
    pooled: false,
    crop: 0,
    ...wholeFrame,
  },
  {
    id: 'frame-mean-inf',
    summary: 'mean of the frames’ PSNR; an identical frame scores +infinity',
    settings: { peak: 255, colour: 'rgb', mean: 'frames-then-clips', identical: 'inf' },
    most: Number.POSITIVE_INFINITY,
    pooled: false,
    crop: 0,
    ...wholeFrame,
  },
  {
    id: 'pooled',
    summary: 'PSNR of the mean squared error over all frames of all clips',
    settings: { peak: 255, colour: 'rgb', mean: 'squared-error', identical: 'inf' },
    most: Number.POSITIVE_INFINITY,
    pooled: true,
    crop: 0,
    ...wholeFrame,
    // What is kept is a value a frame: how many pixels of a region each has is not known where they are pooled.
    choosable: [],
  },
  {
    id: 'y-basicsr',
    summary:
      'of BT.601 luma in float32, as BasicSR’s calculate_psnr with test_y_channel; an identical frame scores +infinity',
    settings: { colour: 'y-bt601-float32', ...luma, identical: 'inf' },
    most: Number.POSITIVE_INFINITY,
    pooled: false,
    luma: { rounding: 'float32', added: 0 },
    crop: 0,
    ...wholeFrame,
    choosable,
  },
  {
    id: 'y-basicsr-pt',
    summary:
      'of BT.601 luma, as BasicSR’s calculate_psnr_pt: 1e-8 is added to the error, so that an identical frame scores 80 dB',
    settings: { colour: 'y-bt601-float32-weights', ...luma, identical: '80dB', added: ADDED },
    most: -10 * Math.log10(ADDED),
    pooled: false,
    luma: { rounding: 'float32-weights', added: ADDED },
    crop: 0,
    ...wholeFrame,
    choosable,
  },
  {
    id: 'y-matlab-u8',
    summary: 'of BT.601 luma rounded to whole numbers, as MATLAB’s rgb2ycbcr of uint8 images gives it',
    settings: { colour: 'y-bt601-rounded', ...luma, identical: 'inf' },
    most: Number.POSITIVE_INFINITY,
    pooled: false,
    luma: { rounding: 'whole', added: 0 },
    crop: 0,
    ...wholeFrame,
    choosable,
  },
]

const averaging: Averaging<PsnrRecipe> = {
  ofClip: (values, { pooled }) => (pooled ? pooledPsnr(values) : mean(values)),
  ofSet: (clips, recipe) => (recipe.pooled ? pooledOfSet(clips) : means.ofSet(clips, recipe)),
  asMean: (clips, recipe) => (recipe.pooled ? pooledAsMean(clips) : means.asMean(clips, recipe)),
  reachesCap: (values, { most }) => Number.isFinite(most) && values.some((value) => value >= most),
  remarks: identicalFrames,
}

export const psnrSpec: MetricSpec<'frames', PsnrRecipe> = {
  id: 'psnr',
  title: 'Peak signal-to-noise ratio (PSNR)',
  group: 'image',
  label: { short: 'PSNR', long: 'Peak signal-to-noise ratio', decimals: 2 },
  cost: { secondsPerClip: 0.0004, measured: '13 frames of 256×384, one core; bench/image-metrics.md' },
  unit: 'dB',
  better: 'higher',
  range: [0, Number.POSITIVE_INFINITY],
  per: 'frame',
  aligned: true,
  version: 1,
  sees: "How far each pixel's value lies from the reference's, in squares: noise, blur, wrong brightness and colour.",
  misses:
    'What the pixels show: an object moved by two pixels costs as much as one that is missing, and a blur costs less than sharp detail in a wrong place.',
  defaultRecipe: 'frame-mean',
  recipes,
  matches: 'JunyaoHu/common_metrics_on_video_quality calculate_psnr.py (frame-mean), torchmetrics (the others)',
  cite: 'Huynh-Thu & Ghanbari, Scope of validity of PSNR in image/video quality assessment, Electronics Letters 2008',
  needs: () => ({ kind: 'frames', ask: true }),
  frame: {
    file: import.meta.url,
    smallest: ({ crop }) => 1 + 2 * crop,
    value: (frame, recipe) =>
      recipe.luma === undefined
        ? Math.min(
            recipe.most,
            psnrOfSquaredError(sumOfSquaredErrors(frame.generated, frame.reference) / frame.generated.length),
          )
        : Math.min(recipe.most, lumaPsnr(frame, recipe.crop, recipe.luma)),
    map: squaredErrors,
    ofMapMean: (error, { most, luma }) => Math.min(most, psnrOfSquaredError(error + (luma?.added ?? 0) * 255 ** 2)),
  },
  averaging,
  weigh: weighRegion,
  conclude: (set, recipe, how) => Promise.resolve(meanOfRegion(psnrSpec, set, recipe, how)),
}

/**
 * PSNR of each frame.
 *
 * Of the recipe `pooled` the frames' own values come back, uncapped; `pooledPsnr` makes the pooled value of them.
 *
 * @param generated `[T, H, W, 3]`, 0..255, sRGB
 * @param reference the same shape
 * @param options.recipe with settings behind its name, where they are others than its own: `y-basicsr+crop-4`
 * @param options.region of a recipe of a part of each frame (`frame-mean+inside-object`) its pixels, `[T, H, W]`, not 0 inside
 * @returns `[T]` dB; 100 (recipe `frame-mean`), 80 (`y-basicsr-pt`) or +Infinity for a frame equal to its reference
 * @throws KinemetricError `shape-mismatch`, `not-frames`, `empty`, `unknown-recipe`, `bad-option`, `too-small` for the crop
 */
export function psnr(
  generated: FrameArray,
  reference: FrameArray,
  options: { recipe?: string | undefined; region?: Uint8Array | undefined } = {},
): Float64Array {
  return eachFrame(psnrSpec, generated, reference, findRecipe(psnrSpec, options.recipe), options.region)
}

/** The squared error of each pixel, its mean over the channels. */
function squaredErrors(
  { generated, reference, height, width }: FrameBytes,
  { crop, luma: rule }: PsnrRecipe,
): FrameMap {
  const size = { height: height - 2 * crop, width: width - 2 * crop }
  const values = new Float64Array(size.height * size.width)
  if (rule === undefined) {
    for (let i = 0; i < generated.length; i++) values[Math.floor(i / 3)] += (generated[i] - reference[i]) ** 2 / 3
  } else {
    const shape = { height, width, crop }
    const [a, b] = [lumaOf(generated, shape, rule.rounding), lumaOf(reference, shape, rule.rounding)]
    for (let i = 0; i < values.length; i++) values[i] = (a[i] - b[i]) ** 2
  }
  return { values, ...size, top: crop, left: crop }
}

/** PSNR of luma, in float64 once luma is made. */
function lumaPsnr({ generated, reference, height, width }: FrameBytes, crop: number, rule: LumaRule): number {
  const shape = { height, width, crop }
  const a = lumaOf(generated, shape, rule.rounding)
  const b = lumaOf(reference, shape, rule.rounding)
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2
  return psnrOfSquaredError(sum / a.length + rule.added * 255 ** 2)
}

/** PSNR = 10·log10(L² / MSE) of a mean squared error on the scale 0..255; +Infinity for no error at all. */
export function psnrOfSquaredError(meanSquaredError: number): number {
  return 10 * Math.log10(255 ** 2 / meanSquaredError)
}

/**
 * The PSNR of the mean squared error of frames of one size, from their own (uncapped) PSNR values: the error of a frame
 * is L²·10^(−PSNR/10), so that nothing but the table of frame values is needed to pool over clips.
 *
 * @param frameValues dB, +Infinity for a frame without error
 * @returns dB; +Infinity when no frame has any error
 */
export function pooledPsnr(frameValues: Iterable<number>): number {
  let inverse = 0
  let frames = 0
  for (const value of frameValues) {
    inverse += 10 ** (-value / 10)
    frames++
  }
  return -10 * Math.log10(inverse / frames)
}

/** The sums that pooling needs, per clip: the resamples then cost no logarithm per frame. */
function pooledOfSet(clips: readonly Float64Array[]): (indices: Uint32Array) => number {
  const errors = clips.map((values) => values.reduce((sum, value) => sum + 10 ** (-value / 10), 0))
  return (indices) => {
    let error = 0
    let frames = 0
    for (const index of indices) {
      error += errors[index]
      frames += clips[index].length
    }
    return -10 * Math.log10(error / frames)
  }
}

/** The mean squared error of each clip, in units of the peak squared, weighted by its frames. */
function pooledAsMean(clips: readonly Float64Array[]): MeanForm {
  return {
    values: Float64Array.from(clips, (values) => mean(values.map((value) => 10 ** (-value / 10)))),
    weights: Float64Array.from(clips, (values) => values.length),
    range: [0, 1],
    back: (error) => -10 * Math.log10(error),
  }
}

/** Frames that equal their reference say little of a generator: they are counted. */
function identicalFrames(clips: readonly Float64Array[], value: number, { most, luma: of }: PsnrRecipe): string[] {
  let identical = 0
  let frames = 0
  for (const values of clips) {
    frames += values.length
    for (const frame of values) identical += frame >= most ? 1 : 0
  }
  if (identical === 0) return []
  const who = `${identical} of ${frames} frames equal their reference`
  if (Number.isFinite(most)) {
    const reaching = clips.filter((values) => values.some((frame) => frame >= most)).length
    return [
      `${who} (or nearly) and count as ${most} dB: ${reaching} of ${clips.length} clips reach the cap and carry the mean${of === undefined ? ': prefer psnr:pooled' : ''}`,
    ]
  }
  return Number.isFinite(value)
    ? [`${who}; pooling counts them as no error`]
    : [`no value: ${who}, so that it is infinite`]
}
