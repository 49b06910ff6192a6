import { metricError } from '../../recipes/metric-error.ts'

/** Where the spread of several samples a condition comes from. */
export interface SampleParts {
  /** Mean over the conditions of their samples' means. */
  mean: number
  /** `[conditions]` */
  conditionMeans: Float64Array
  /** Pooled variance between samples of one condition; null where no condition has two. */
  withinVariance: number | null
  /** Variance between conditions, less what samples bring into their means; at least 0. */
  betweenVariance: number | null
  /** Share of the between variance in the sum of both; null where both are 0. */
  intraclass: number | null
  /** Error of the mean over conditions as they were drawn: it holds the samples' noise already. */
  se: number
  /** Error where the conditions stay and only seeds change; null where a condition has one sample. */
  seSeedsOnly: number | null
  /** What no number of seeds brings the error below. */
  seWithInfinitelyManySamples: number | null
}

/**
 * Variance parts of samples (seeds) nested in conditions.
 *
 * @param samples per condition its samples' values, at least one each, finite
 * @throws KinemetricError `too-few` for fewer than 2 conditions, `empty` for a condition without a value
 * Source: one-way random effects with unequal numbers: Searle, Casella & McCulloch, Variance Components, 1992, by condition means.
 */
export function sampleParts(samples: readonly ArrayLike<number>[]): SampleParts {
  const n = samples.length
  if (n < 2) throw metricError('too-few', 'samples', { expected: 'at least 2 conditions', found: `${n}` })
  const conditions = samples.map(meanAndSquares)
  const conditionMeans = Float64Array.from(conditions, ({ mean }) => mean)
  const { mean, squares } = meanAndSquares(conditionMeans)
  const variance = squares / (n - 1)
  const freedom = conditions.reduce((sum, { count }) => sum + count - 1, 0)
  const within = freedom === 0 ? null : conditions.reduce((sum, each) => sum + each.squares, 0) / freedom
  const inverse = conditions.reduce((sum, { count }) => sum + 1 / count, 0) / n
  const between = within === null ? null : Math.max(0, variance - within * inverse)
  const seeds = conditions.every(({ count }) => count > 1)
    ? Math.sqrt(conditions.reduce((sum, each) => sum + each.squares / (each.count - 1) / each.count, 0)) / n
    : null
  return {
    mean,
    conditionMeans,
    withinVariance: within,
    betweenVariance: between,
    intraclass: within === null || between === null || within + between === 0 ? null : between / (between + within),
    se: Math.sqrt(variance / n),
    seSeedsOnly: seeds,
    seWithInfinitelyManySamples: between === null ? null : Math.sqrt(between / n),
  }
}

/**
 * Expected best of k of a condition's m samples, k drawn without replacement: Σᵢ C(i − 1, k − 1)/C(m, k)·x₍ᵢ₎, x from worst to best. Unbiased, in the manner
 * of pass@k.
 *
 * @param values `[m]` of one condition
 * @param k a whole number of [1, m]
 * @throws KinemetricError `too-few` for fewer than k values, `bad-option`
 * Source: Chen et al., Evaluating Large Language Models Trained on Code, arXiv 2107.03374, section 2.1.
 */
export function bestOf(values: ArrayLike<number>, k: number, better: 'higher' | 'lower'): number {
  const m = values.length
  if (!Number.isInteger(k) || k < 1)
    throw metricError('bad-option', 'best of k', { expected: 'a whole k from 1', found: `${k}` })
  if (m < k)
    throw metricError('too-few', 'best of k', { expected: `at least ${k} samples of each condition`, found: `${m}` })
  const ascending = Float64Array.from(values).sort()
  const fromWorst = better === 'higher' ? ascending : ascending.reverse()
  // C(i − 1, k − 1)/C(m, k) from the best down: k/m for the best, then times (i − k + 1)/i … so that no binomial grows.
  let share = k / m
  let sum = 0
  for (let i = m; i >= k; i--) {
    sum += share * fromWorst[i - 1]
    share *= (i - k) / (i - 1)
  }
  return sum
}

function meanAndSquares(values: ArrayLike<number>): { count: number; mean: number; squares: number } {
  const count = values.length
  if (count === 0)
    throw metricError('empty', 'samples', { expected: 'at least one value of each condition', found: 'none' })
  let sum = 0
  for (let i = 0; i < count; i++) sum += values[i]
  const mean = sum / count
  let squares = 0
  for (let i = 0; i < count; i++) squares += (values[i] - mean) ** 2
  return { count, mean, squares }
}
