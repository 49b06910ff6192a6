import { normalQuantile } from './normal-distribution.ts'
import { groupByClip } from './clip-groups.ts'
import type { DistanceInterval, IntervalOptions } from './distance-interval.ts'
import type { FeatureMatrix } from '../features/feature-matrix.ts'

/**
 * Interval from first-order influences of the rows, for sizes at which resampling is out of reach: the distance's variance is
 * that of the mean influence of a clip (the infinitesimal jackknife), the interval normal.
 *
 * @param generated,reference influence of each row (see `frechetInfluence`, `kernelInfluence`); no reference when it is fixed
 * Source: Efron, The Jackknife, the Bootstrap and Other Resampling Plans, 1982, chapter 6.
 */
export function jackknifeInterval(
  value: number,
  generated: { features: FeatureMatrix; influence: Float64Array },
  reference: { features: FeatureMatrix; influence: Float64Array } | undefined,
  options: IntervalOptions = {},
): DistanceInterval {
  const { level = 0.95, paired = false } = options
  const a = clipMeans(generated)
  if (a.length < 2)
    return { interval: null, reason: `an interval over clips needs at least 2 clips; found ${a.length}` }
  const b = reference === undefined ? new Float64Array(0) : clipMeans(reference)
  const together = paired && a.length === b.length
  const variance = together ? sumOfSquares(a.map((each, c) => each + b[c])) : sumOfSquares(a) + sumOfSquares(b)
  const half = normalQuantile((1 + level) / 2) * Math.sqrt(variance)
  const sides = together
    ? 'clips of both sides together'
    : reference === undefined
      ? 'generated clips'
      : 'clips of each side'
  return { interval: { low: value - half, high: value + half, level, method: `infinitesimal-jackknife, ${sides}` } }
}

/** Σ of the rows' influences of each clip, over all rows: the share of the clip in the distance's error. */
function clipMeans({ features, influence }: { features: FeatureMatrix; influence: Float64Array }): Float64Array {
  const { ids, groupOfRow } = groupByClip(features)
  const sums = new Float64Array(ids.length)
  for (let i = 0; i < features.rows; i++) sums[groupOfRow[i]] += influence[i] / features.rows
  return sums
}

function sumOfSquares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0)
}
