/** One step of DDIM: what is left of the signal before and after it, and the noise that it adds. */
export interface DdimStep {
  /** ᾱ at the step, in (0, 1). */
  readonly a: number
  /** ᾱ after it. */
  readonly aPrev: number
  /** Standard deviation of the fresh noise. */
  readonly s: number
}

/** The next latents are `latents`·x + `prediction`·e + `noise`·n. */
export interface DdimFactors {
  readonly latents: number
  readonly prediction: number
  readonly noise: number
}

/**
 * DDIM's update (Song, Meng and Ermon, ICLR 2021, equation 12) as factors of its three terms: with x₀ = (x − √(1 − a) e) / √a the next latents are
 * √aPrev x₀ + √(1 − aPrev − s²) e + s n. Float64, so that the two parts of e do not cancel.
 */
export function ddimFactors({ a, aPrev, s }: DdimStep): DdimFactors {
  const latents = Math.sqrt(aPrev / a)
  // Rounding may take the root's argument below 0 where s is all that there is.
  const direction = Math.sqrt(Math.max(0, 1 - aPrev - s * s))
  return { latents, prediction: direction - latents * Math.sqrt(1 - a), noise: s }
}
