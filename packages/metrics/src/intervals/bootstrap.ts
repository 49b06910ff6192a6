import { metricError } from '../recipes/metric-error.ts'
import { normalCdf, normalQuantile } from './probability/normal-distribution.ts'
import type { Interval } from '@kinemetric/records'
import { seededRandom } from './seeded-random.ts'

/** How an interval is made. */
export interface BootstrapOptions {
  /** Whole number, default 0. */
  seed?: number | undefined
  /** Default 1000. */
  resamples?: number | undefined
  /** Coverage, default 0.95. */
  level?: number | undefined
  /**
   * `percentile` (default): quantiles of the resampled statistics. `bca`: the same quantiles moved for bias and for a
   * spread that depends on the value (bias-corrected and accelerated), better for few or skewed clips.
   */
  interval?: 'percentile' | 'bca' | undefined
}

/** An interval, or null with the reason why there is none. */
export type IntervalOutcome = { interval: Interval; reason?: undefined } | { interval: null; reason: string }

/**
 * Bootstrap interval of any statistic of `count` units (clips): units are drawn with replacement and the statistic is
 * taken of the units' indices.
 *
 * @param statistic of indices into the units; called `resamples` times with `count` indices (one buffer, overwritten by
 * the next call), and for `bca` also with each set of `count − 1`
 * @throws KinemetricError `bad-option`
 * Source: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapters 13 and 14.
 */
export function bootstrap(
  count: number,
  statistic: (indices: Uint32Array) => number,
  options: BootstrapOptions = {},
): IntervalOutcome {
  const { seed = 0, resamples = 1000, level = 0.95, interval: kind = 'percentile' } = options
  checkOptions(resamples, level)
  if (count < 2) return { interval: null, reason: `an interval over clips needs at least 2 clips; found ${count}` }
  const all = Uint32Array.from({ length: count }, (_, i) => i)
  const observed = statistic(all)
  if (!Number.isFinite(observed)) return { interval: null, reason: `the statistic itself is ${observed}` }

  const random = seededRandom(seed)
  const draw = new Uint32Array(count)
  const values = new Float64Array(resamples)
  for (let r = 0; r < resamples; r++) {
    for (let i = 0; i < count; i++) draw[i] = random.below(count)
    values[r] = statistic(draw)
  }
  if (!values.every(Number.isFinite)) {
    return { interval: null, reason: 'some resamples of the clips have no finite value' }
  }
  values.sort()
  const tails: [number, number] = [(1 - level) / 2, (1 + level) / 2]
  const [low, high] = kind === 'bca' ? correctedTails(tails, values, observed, count, statistic) : tails
  const method = `bootstrap-${kind}, ${resamples} resamples of ${count} clips, seed ${seed}`
  return { interval: { low: quantile(values, low), high: quantile(values, high), level, method } }
}

/** Fewer units than this have no BCa interval: it covers less than it says. */
const FEWEST_FOR_BCA = 20

/**
 * Bias-corrected and accelerated interval of a statistic that is no mean (a median, a ratio, a correlation) over units: 1,999 resamples, and none below 20
 * units.
 *
 * @param statistic as in `bootstrap`
 * @throws KinemetricError `bad-option`
 */
export function bcaInterval(
  count: number,
  statistic: (indices: Uint32Array) => number,
  { resamples = 1999, ...options }: Omit<BootstrapOptions, 'interval'> = {},
): IntervalOutcome {
  if (count < FEWEST_FOR_BCA)
    return { interval: null, reason: `n = ${count}: too few for a BCa interval, which needs ${FEWEST_FOR_BCA}` }
  return bootstrap(count, statistic, { ...options, resamples, interval: 'bca' })
}

/**
 * Bootstrap interval of the mean (or another statistic) of one value per clip.
 *
 * @returns null for fewer than two clips, or where a value is not finite (`bootstrap` tells the reason)
 */
export function bootstrapInterval(
  clipValues: Float64Array,
  options: BootstrapOptions & { statistic?: ((values: Float64Array) => number) | undefined } = {},
): Interval | null {
  return bootstrap(clipValues.length, statisticOf(clipValues, options.statistic), options).interval
}

/** A statistic of values as a statistic of indices into them. */
function statisticOf(
  values: Float64Array,
  statistic?: (values: Float64Array) => number,
): (indices: Uint32Array) => number {
  if (statistic === undefined) {
    return (indices) => {
      let sum = 0
      for (let i = 0; i < indices.length; i++) sum += values[indices[i]]
      return sum / indices.length
    }
  }
  const drawn = new Float64Array(values.length)
  return (indices) => {
    for (let i = 0; i < indices.length; i++) drawn[i] = values[indices[i]]
    return statistic(drawn.subarray(0, indices.length))
  }
}

/** The BCa levels: bias z₀ from the share of resamples below the observed value, acceleration from leaving one out. */
function correctedTails(
  tails: [number, number],
  sorted: Float64Array,
  observed: number,
  count: number,
  statistic: (indices: Uint32Array) => number,
): [number, number] {
  let below = 0
  // A resample that holds the same clips in another order differs by rounding alone: it ties, and counts half.
  const tie = 1e-12 * Math.abs(observed)
  for (const value of sorted) below += Math.abs(value - observed) <= tie ? 0.5 : value < observed ? 1 : 0
  const bias = normalQuantile(below / sorted.length)
  const acceleration = jackknifeAcceleration(count, statistic)
  // All resamples on one side: no correction can be made.
  if (!Number.isFinite(bias)) return tails
  const corrected = (tail: number): number => {
    const shifted = bias + normalQuantile(tail)
    return normalCdf(bias + shifted / (1 - acceleration * shifted))
  }
  return [corrected(tails[0]), corrected(tails[1])]
}

function jackknifeAcceleration(count: number, statistic: (indices: Uint32Array) => number): number {
  const kept = Uint32Array.from({ length: count - 1 }, (_, i) => i + 1)
  const leftOut = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    leftOut[i] = statistic(kept)
    if (i < count - 1) kept[i] = i
  }
  const mean = leftOut.reduce((sum, value) => sum + value, 0) / count
  let squares = 0
  let cubes = 0
  for (const value of leftOut) {
    squares += (mean - value) ** 2
    cubes += (mean - value) ** 3
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5)
}

/** Linear interpolation between order statistics, numpy's default. */
function quantile(sorted: Float64Array, probability: number): number {
  const position = probability * (sorted.length - 1)
  const index = Math.floor(position)
  const next = sorted[Math.min(index + 1, sorted.length - 1)]
  return sorted[index] + (position - index) * (next - sorted[index])
}

function checkOptions(resamples: number, level: number): void {
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw metricError('bad-option', 'bootstrap', {
      expected: 'a whole number of resamples from 1',
      found: `${resamples}`,
    })
  }
  if (!(level > 0 && level < 1)) {
    throw metricError('bad-option', 'bootstrap', { expected: 'a level between 0 and 1', found: `${level}` })
  }
}
