import type { Interval } from '@kinemetric/records'
import { seededRandom, type SeededRandom } from './seeded-random.ts'
import { ones, type ClipEvaluator } from './clip-evaluator.ts'

export interface IntervalOptions {
  /** Whole number, default 0. */
  seed?: number | undefined
  /** Default: as many as fit into the nominal seconds, at most 1,000. */
  resamples?: number | undefined
  /** Coverage, default 0.95. */
  level?: number | undefined
  /** Work that the resamples may take, in seconds of a machine of 50 GFLOP/s; default 8. */
  nominalSeconds?: number | undefined
  /** Both sides have the same clips in the same order and are resampled together. Default false: independently. */
  paired?: boolean | undefined
  signal?: AbortSignal | undefined
}

/** An interval and what the resamples showed. */
export interface DistanceInterval {
  interval: Interval | null
  reason?: string | undefined
  /** Mean of the resamples less the value: how far resampling, which repeats clips, moves the distance. */
  resamplingBias?: number | undefined
}

/** Fewer resamples than this make no interval of 95%. */
export const FEWEST_RESAMPLES = 50
const MOST_RESAMPLES = 1000

/** How many resamples fit the budget; 0 when too few do. The same on every machine. */
export function affordableResamples(evaluator: ClipEvaluator, options: IntervalOptions = {}): number {
  if (options.resamples !== undefined) return options.resamples
  const fitting = Math.floor((options.nominalSeconds ?? 8) / evaluator.nominalSeconds)
  return fitting < FEWEST_RESAMPLES ? 0 : Math.min(MOST_RESAMPLES, fitting)
}

/**
 * Bootstrap interval over clips of a distance between sets: for a score over as many clips as these, what the draw of clips
 * is worth.
 *
 * A resample holds about two thirds of the clips, some several times, which makes every Fréchet distance larger: the plain
 * percentiles would mostly lie above the value. So the percentiles are moved by the resamples' mean less the value. The
 * interval is about the distance's expectation at this number of clips; that it has a bias at this number is the business of
 * the extrapolation.
 */
export async function distanceInterval(
  evaluator: ClipEvaluator,
  value: number,
  options: IntervalOptions = {},
): Promise<DistanceInterval> {
  const { seed = 0, level = 0.95, paired = false } = options
  const { generatedClips: m, referenceClips: n } = evaluator
  if (m < 2) return { interval: null, reason: `an interval over clips needs at least 2 clips; found ${m}` }
  const resamples = affordableResamples(evaluator, options)
  if (resamples === 0) return { interval: null, reason: `fewer than ${FEWEST_RESAMPLES} resamples are affordable` }
  const random = seededRandom(seed)
  const values = new Float64Array(resamples)
  const together = paired && m === n
  for (let r = 0; r < resamples; r++) {
    options.signal?.throwIfAborted()
    const generated = drawClips(random, m)
    const reference = together ? generated : n > 0 ? drawClips(random, n) : undefined
    values[r] = await evaluator.value(generated, reference)
  }
  const mean = values.reduce((sum, each) => sum + each, 0) / resamples
  values.sort()
  const bias = mean - value
  const sides = together ? 'clips of both sides together' : n > 0 ? 'clips of each side' : 'generated clips'
  return {
    interval: {
      low: quantile(values, (1 - level) / 2) - bias,
      high: quantile(values, (1 + level) / 2) - bias,
      level,
      method: `bootstrap-recentred, ${resamples} resamples of ${sides}, seed ${seed}`,
    },
    resamplingBias: bias,
  }
}

/** How often each of n clips is drawn in n draws with replacement. */
export function drawClips(random: SeededRandom, n: number): Float64Array {
  const counts = new Float64Array(n)
  for (let i = 0; i < n; i++) counts[random.below(n)]++
  // All draws the same clip: no spread is left of which to take a covariance.
  return n > 1 && counts.some((count) => count === n) ? ones(n) : counts
}

/** Linear interpolation between order statistics, numpy's default. */
export function quantile(sorted: Float64Array, probability: number): number {
  const position = probability * (sorted.length - 1)
  const index = Math.floor(position)
  const next = sorted[Math.min(index + 1, sorted.length - 1)]
  return sorted[index] + (position - index) * (next - sorted[index])
}
