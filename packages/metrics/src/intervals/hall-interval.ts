import type { IntervalOutcome } from './bootstrap.ts'
import { FEWEST_UNITS } from './jackknife.ts'
import { studentQuantile } from './probability/student.ts'

/** A mean with its error and interval. */
export type MeanInterval = IntervalOutcome & {
  mean: number
  /** Standard error s/√n; NaN for fewer than 2 values. */
  se: number
  /** m₃/m₂^1.5 with divisor n; NaN where all values are equal. */
  skewness: number
}

export interface MeanIntervalOptions {
  /** Coverage, default 0.95. */
  level?: number | undefined
  /** Smallest and largest value that the mean can have; the ends are cut to it. */
  range?: readonly [low: number, high: number] | undefined
}

/**
 * Interval of the mean of one value per unit: Student's with Hall's correction for skewness. It draws nothing, moves and scales with the values, and where
 * they are symmetric it is Student's own.
 *
 * With a = skewness/√n, T(z) = (3/a)·[∛(1 + a(z − a/6)) − 1] inverts z = T + aT²/3 + a²T³/27 + a/6, a monotone form of the first term of the Edgeworth
 * expansion of the studentised mean; the ends are mean − T(±q)·s/√n, q the quantile of Student's t.
 *
 * There is none for fewer than 5 values, where all are the same, and where one is not finite.
 *
 * @param values `[n]` one a unit: see `unitValues` where clips weigh differently or share a source video
 * Source: P. Hall, On the removal of skewness by transformation, J. R. Statist. Soc. B 54 (1992) 221.
 */
export function hallInterval(values: Float64Array, { level = 0.95, range }: MeanIntervalOptions = {}): MeanInterval {
  const n = values.length
  const { mean, se, skewness } = moments(values)
  const none = (reason: string): MeanInterval => ({ interval: null, reason, mean, se, skewness })
  if (n < FEWEST_UNITS) return none(`n = ${n}: too few for an interval`)
  if (!values.every(Number.isFinite)) return none('a value is not finite')
  if (allSame(values)) return none(`the same value on all ${n} clips`)
  const a = skewness / Math.sqrt(n)
  const quantile = studentQuantile((1 + level) / 2, n - 1)
  const [least, most] = range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  const low = Math.max(least, mean - transformed(quantile, a) * se)
  const high = Math.min(most, mean - transformed(-quantile, a) * se)
  if (!Number.isFinite(low) || !Number.isFinite(high)) return none('the values are too large or too small for an error')
  return { interval: { low, high, level, method: 'hall-t' }, mean, se, skewness }
}

/** T(z). */
function transformed(z: number, a: number): number {
  return Math.abs(a) < 1e-9 ? z : (3 / a) * (Math.cbrt(1 + a * (z - a / 6)) - 1)
}

function moments(values: Float64Array): { mean: number; se: number; skewness: number } {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  let squares = 0
  let cubes = 0
  for (const value of values) {
    const distance = value - mean
    squares += distance ** 2
    cubes += distance ** 3
  }
  return { mean, se: Math.sqrt(squares / (n - 1) / n), skewness: cubes / n / (squares / n) ** 1.5 }
}

/** Equal up to the rounding of sums in another order. */
function allSame(values: Float64Array): boolean {
  let [least, most] = [values[0], values[0]]
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  // Unit values of equal clips differ by rounding alone.
  return most - least <= 16 * Number.EPSILON * Math.max(Math.abs(least), Math.abs(most))
}
