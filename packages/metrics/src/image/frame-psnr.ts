/** Names of the PSNR recipes. */
export type PsnrRecipe = 'frame-mean' | 'frame-mean-inf' | 'pooled'

/** What JunyaoHu/common_metrics_on_video_quality gives a frame whose error is below 10⁻¹⁰ of the range squared. */
export const PSNR_CAP = 100

/**
 * PSNR = 10·log10(L² / MSE) of a mean squared error on the scale 0..255.
 *
 * The recipe `frame-mean` gives 100 dB to an MSE below 10⁻¹⁰ (of values in [0, 1]), which is a cap at 100 dB; the others
 * give +Infinity to no error at all.
 */
export function psnrOfSquaredError(meanSquaredError: number, recipe: PsnrRecipe): number {
  const value = 10 * Math.log10(255 ** 2 / meanSquaredError)
  return recipe === 'frame-mean' ? Math.min(value, PSNR_CAP) : value
}
