/** Names of the PSNR recipes. */
export type PsnrRecipe = 'frame-mean' | 'frame-mean-inf' | 'pooled'

/** What JunyaoHu/common_metrics_on_video_quality gives a frame whose error is below 10⁻¹⁰ of the range squared. */
export const PSNR_CAP = 100

/** Values whose squared differences surely fit a 32-bit whole number together: 2³¹ / 255². */
const BLOCK = 32768

/** Σ(a−b)² over the values `start` to `end` (not included); exact. */
export function sumOfSquaredErrors(a: Uint8Array, b: Uint8Array, start: number, end: number): number {
  let sum = 0
  for (let block = start; block < end; block += BLOCK) {
    const stop = Math.min(block + BLOCK, end)
    let part = 0
    for (let i = block; i < stop; i++) {
      const difference = a[i] - b[i]
      part = (part + difference * difference) | 0
    }
    sum += part
  }
  return sum
}

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
