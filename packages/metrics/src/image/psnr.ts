import type { FrameArray } from '@kinemetric/video'
import { findRecipe } from '../recipes/find-recipe.ts'
import type { RecipeInfo } from '../recipes/recipe.ts'
import type { Averaging, MeanForm } from '../spec/averaging.ts'
import { mean, means } from '../spec/averaging.ts'
import { meanOfClips } from '../spec/mean-of-clips.ts'
import type { MetricSpec } from '../spec/metric-spec.ts'
import { eachFrame } from './each-frame.ts'
import { sumOfSquaredErrors } from './kernels/squared-error-kernel.ts'

// Peak signal-to-noise ratio.
//
// PSNR = 10·log10(L² / MSE), L = 255, MSE over all H·W·3 values of one frame (or, pooled, of all frames).
// The recipes differ in what is averaged, the error or its logarithm, and in what a frame without any error scores:
// JunyaoHu/common_metrics_on_video_quality gives 100 dB to any MSE below 1e-10 of the range [0, 1], which is the same as
// capping at 100 dB; torchmetrics and scikit-image give +infinity.

/** A recipe of PSNR. */
export interface PsnrRecipe extends RecipeInfo {
  /** dB of a frame without (or nearly without) error. */
  most: number
  /** The logarithm of the mean squared error of all frames, in place of the mean of logarithms. */
  pooled: boolean
}

/** What JunyaoHu/common_metrics_on_video_quality gives a frame whose error is below 10⁻¹⁰ of the range squared. */
const CAP = 100

const recipes: readonly PsnrRecipe[] = [
  {
    id: 'frame-mean',
    summary: 'mean of the frames’ PSNR; a frame (nearly) identical to its reference scores 100 dB',
    settings: { peak: 255, colour: 'rgb', mean: 'frames-then-clips', identical: '100dB' },
    most: CAP,
    pooled: false,
  },
  {
    id: 'frame-mean-inf',
    summary: 'mean of the frames’ PSNR; an identical frame scores +infinity',
    settings: { peak: 255, colour: 'rgb', mean: 'frames-then-clips', identical: 'inf' },
    most: Number.POSITIVE_INFINITY,
    pooled: false,
  },
  {
    id: 'pooled',
    summary: 'PSNR of the mean squared error over all frames of all clips',
    settings: { peak: 255, colour: 'rgb', mean: 'squared-error', identical: 'inf' },
    most: Number.POSITIVE_INFINITY,
    pooled: true,
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
  label: { short: 'PSNR', long: 'Peak signal-to-noise ratio', decimals: 2 },
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
    smallest: () => 1,
    value: ({ generated, reference }, { most }) =>
      Math.min(most, psnrOfSquaredError(sumOfSquaredErrors(generated, reference) / generated.length)),
  },
  averaging,
  conclude: (set, recipe, how) => Promise.resolve(meanOfClips(psnrSpec, set, recipe, how)),
}

/**
 * PSNR of each frame.
 *
 * Of the recipe `pooled` the frames' own values come back, uncapped; `pooledPsnr` makes the pooled value of them.
 *
 * @param generated `[T, H, W, 3]`, 0..255, sRGB
 * @param reference the same shape
 * @returns `[T]` dB; 100 (recipe `frame-mean`) or +Infinity for a frame equal to its reference
 * @throws KinemetricError `shape-mismatch`, `not-frames`, `empty`, `unknown-recipe`
 */
export function psnr(
  generated: FrameArray,
  reference: FrameArray,
  options: { recipe?: string | undefined } = {},
): Float64Array {
  return eachFrame(psnrSpec, generated, reference, findRecipe(psnrSpec, options.recipe))
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
function identicalFrames(clips: readonly Float64Array[], value: number, { most }: PsnrRecipe): string[] {
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
      `${who} (or nearly) and count as ${most} dB: ${reaching} of ${clips.length} clips reach the cap and carry the mean: prefer psnr:pooled`,
    ]
  }
  return Number.isFinite(value)
    ? [`${who}; pooling counts them as no error`]
    : [`no value: ${who}, so that it is infinite`]
}
