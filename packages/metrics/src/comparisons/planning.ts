import { normalCdf, normalQuantile } from '../intervals/probability/normal-distribution.ts'

export interface PlanningOptions {
  /** Of one comparison, after what it shares with others; default 0.05. */
  alpha?: number | undefined
  /** Chance of seeing the difference; default 0.8. */
  power?: number | undefined
  /** A margin test ("no worse than") has one side. */
  oneSided?: boolean | undefined
}

/**
 * How many clips show a difference of a size, in paired comparison.
 * @param difference, sd of the clips' differences, in the metric's unit, both above 0
 * Source: Guenther, The American Statistician 35 (1981) 243; never fewer than sign flips need to reach alpha.
 */
export function clipsNeeded(difference: number, sd: number, options: PlanningOptions = {}): number {
  const { z, za, alpha } = quantiles(options)
  const needed = Math.ceil(z ** 2 * (sd / difference) ** 2 + za ** 2 / 2)
  return Math.max(needed, fewestUnits(1, alpha, options.oneSided))
}

/** The difference that n clips show with that chance; null where sign flips of so few cannot reach the level. The inverse of `clipsNeeded`. */
export function detectableDifference(n: number, sd: number, options: PlanningOptions = {}): number | null {
  const { z, za } = quantiles(options)
  const room = n - za ** 2 / 2
  return room <= 0 || n < fewestUnits(1, options.alpha, options.oneSided) ? null : (sd * z) / Math.sqrt(room)
}

/** The chance that n clips show a difference of that size; the inverse of `clipsNeeded` in its other argument. 0 where so few cannot reach the level. */
export function powerOf(
  n: number,
  difference: number,
  sd: number,
  options: Omit<PlanningOptions, 'power'> = {},
): number {
  const { za } = quantiles(options)
  const room = n - za ** 2 / 2
  if (room <= 0 || n < fewestUnits(1, options.alpha, options.oneSided)) return 0
  return normalCdf((difference * Math.sqrt(room)) / sd - za)
}

/** Fewest units with which sign flips can separate any of so many pairs at alpha. */
export function fewestUnits(comparisons: number, alpha = 0.05, oneSided = false): number {
  return Math.ceil((oneSided ? 0 : 1) + Math.log2(comparisons / alpha) - 1e-12)
}

function quantiles({ alpha = 0.05, power = 0.8, oneSided = false }: PlanningOptions) {
  const za = normalQuantile(1 - alpha / (oneSided ? 1 : 2))
  return { za, z: za + normalQuantile(power), alpha }
}
