import type { FrameArray } from '@kinemetric/video'
import { findRecipe } from '../spec/find-recipe.ts'
import { framePair } from './frame-pair.ts'
import { psnrOfSquaredError, type PsnrRecipe } from './frame-psnr.ts'
import type { MetricInfo } from '../spec/metric-spec.ts'
import { sumOfSquaredErrors } from './kernels/squared-error-kernel.ts'

// Peak signal-to-noise ratio.
//
// PSNR = 10·log10(L² / MSE), L = 255, MSE over all H·W·3 values of one frame (or, pooled, of all frames).
// The recipes differ in what is averaged, the error or its logarithm, and in what a frame without any error scores:
// JunyaoHu/common_metrics_on_video_quality gives 100 dB to any MSE below 1e-10 of the range [0, 1], which is the same as
// capping at 100 dB; torchmetrics and scikit-image give +infinity.

export const psnrInfo = {
  id: 'psnr',
  title: 'Peak signal-to-noise ratio (PSNR)',
  unit: 'dB',
  better: 'higher',
  range: [0, Number.POSITIVE_INFINITY],
  per: 'frame',
  needs: 'frames',
  version: 1,
  defaultRecipe: 'frame-mean',
  recipes: [
    {
      id: 'frame-mean',
      summary: 'mean of the frames’ PSNR; a frame (nearly) identical to its reference scores 100 dB',
      settings: { peak: 255, colour: 'rgb', mean: 'frames-then-clips', identical: '100dB' },
    },
    {
      id: 'frame-mean-inf',
      summary: 'mean of the frames’ PSNR; an identical frame scores +infinity',
      settings: { peak: 255, colour: 'rgb', mean: 'frames-then-clips', identical: 'inf' },
    },
    {
      id: 'pooled',
      summary: 'PSNR of the mean squared error over all frames of all clips',
      settings: { peak: 255, colour: 'rgb', mean: 'squared-error', identical: 'inf' },
    },
  ],
  matches: 'JunyaoHu/common_metrics_on_video_quality calculate_psnr.py (frame-mean), torchmetrics (the others)',
  cite: 'Huynh-Thu & Ghanbari, Scope of validity of PSNR in image/video quality assessment, Electronics Letters 2008',
} as const satisfies MetricInfo

/**
 * PSNR of each frame.
 *
 * Of the recipe `pooled` the frames' own values come back, uncapped; `pooledPsnr` makes the pooled value of them.
 *
 * @param generated `[T, H, W, 3]`, 0..255, sRGB
 * @param reference the same shape
 * @returns `[T]` dB; 100 (recipe `frame-mean`) or +Infinity for a frame equal to its reference
 * @throws MetricError `shape-mismatch`, `not-frames`, `empty`, `unknown-recipe`
 */
export function psnr(
  generated: FrameArray,
  reference: FrameArray,
  options: { recipe?: PsnrRecipe | undefined } = {},
): Float64Array {
  const recipe = findRecipe(psnrInfo, options.recipe)
  const { a, b, frames, frameValues } = framePair(generated, reference, psnrInfo.id)
  const values = new Float64Array(frames)
  for (let t = 0; t < frames; t++) {
    const [start, end] = [t * frameValues, (t + 1) * frameValues]
    const squaredError = sumOfSquaredErrors(a.subarray(start, end), b.subarray(start, end))
    values[t] = psnrOfSquaredError(squaredError / frameValues, recipe.id)
  }
  return values
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
