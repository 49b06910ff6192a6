import { metricError } from '../../recipes/metric-error.ts'

/** How much of what a score varies by comes from the samples and how much from the conditions. */
export interface SampleStatistics {
  /** Mean over the conditions of the mean over each one's samples. */
  mean: number
  /** Of each condition, the mean over its samples. */
  conditionMeans: number[]
  /** Variance between samples of one condition; null where no condition has two. */
  withinVariance: number | null
  /** Variance between conditions without what the samples add to it; null below two conditions. */
  betweenVariance: number | null
  /** The share of the conditions in the variance of single samples, 0..1; null where there is none. */
  intraclass: number | null
  /** Standard error of the mean: new conditions, new samples. */
  se: number | null
  /** The same conditions, new samples: what a gate on a fixed benchmark faces. */
  seSeedsOnly: number | null
  /** What the standard error cannot fall below however many samples each condition has. */
  seWithInfinitelyManySamples: number | null
}

/**
 * Variance components of values with several samples a condition, by the analysis of variance of one random factor with unequal numbers:
 * σ_w² = Σ(mᵢ−1)sᵢ² / Σ(mᵢ−1) and σ_b² = max(0, s_b² − σ_w²·mean(1/mᵢ)), where s_b² is the variance of the condition means.
 * @param samples of each condition the values of its samples, at least one each
 * @throws KinemetricError `empty` where there is no condition, or one without a sample
 */
export function sampleStatistics(samples: readonly (readonly number[])[]): SampleStatistics {
  if (samples.length === 0 || samples.some(({ length }) => length === 0))
    throw metricError('empty', 'sampleStatistics', { expected: 'a sample of every condition', found: 'none' })
  const n = samples.length
  const conditionMeans = samples.map(mean)
  const spread = varianceOf(conditionMeans)
  const variances = samples.map((values) => varianceOf(values) ?? 0)
  const degrees = samples.reduce((sum, { length }) => sum + length - 1, 0)
  const within =
    degrees === 0 ? null : samples.reduce((sum, { length }, i) => sum + (length - 1) * variances[i], 0) / degrees
  const between =
    spread === null || within === null
      ? null
      : Math.max(0, spread - within * mean(samples.map(({ length }) => 1 / length)))
  const total = (between ?? 0) + (within ?? 0)
  return {
    mean: mean(conditionMeans),
    conditionMeans,
    withinVariance: within,
    betweenVariance: between,
    intraclass: between === null || total === 0 ? null : between / total,
    se: spread === null ? null : Math.sqrt(spread / n),
    seSeedsOnly:
      within === null ? null : Math.sqrt(samples.reduce((sum, { length }, i) => sum + variances[i] / length, 0)) / n,
    seWithInfinitelyManySamples: between === null ? null : Math.sqrt(between / n),
  }
}

/**
 * The expected best of k of m samples of one condition: Σᵢ C(i−1, k−1)/C(m, k) · x₍ᵢ₎ over the samples in order, the best last. The mean over all subsets of
 * k, and so unbiased whatever m is, as the estimator of pass@k by Chen et al. 2021 (arXiv 2107.03374) is.
 * @param values of the samples, at least k of them
 * @throws KinemetricError `too-few` for fewer than k samples, `bad-option` for a k that is no whole number from 1
 */
export function expectedBestOf(values: readonly number[], k: number, better: 'higher' | 'lower'): number {
  const m = values.length
  if (!Number.isInteger(k) || k < 1)
    throw metricError('bad-option', 'expectedBestOf', { expected: 'a whole number from 1', found: `${k}` })
  if (m < k) throw metricError('too-few', 'expectedBestOf', { expected: `${k} samples of a condition`, found: `${m}` })
  const sorted = values.toSorted((a, b) => (better === 'higher' ? a - b : b - a))
  // C(i−1, k−1) / C(m, k) from the best one down, each from the one before it: no factorial overflows.
  let share = k / m
  let sum = 0
  for (let i = m; i >= k; i--) {
    sum += share * sorted[i - 1]
    share *= (i - k) / (i - 1)
  }
  return sum
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** With n − 1; null for one value. */
function varianceOf(values: readonly number[]): number | null {
  if (values.length < 2) return null
  const middle = mean(values)
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1)
}
