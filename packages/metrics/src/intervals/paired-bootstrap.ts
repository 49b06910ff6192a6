import { bootstrap, type BootstrapOptions } from './bootstrap.ts'
import { metricError } from '../recipes/metric-error.ts'
import type { Interval } from '@kinemetric/records'
import { seededRandom } from './seeded-random.ts'

/** How two methods differ on the same clips. */
export interface PairedDifference {
  /** Mean of `first − second` over the clips. */
  difference: number
  /** Of the difference; null for fewer than two clips. */
  interval: Interval | null
  /** Why there is no interval. */
  reason?: string | undefined
  /** Two-sided p of "no difference", by flipping the sign of each clip's difference at random; null without interval. */
  pValue: number | null
  /** Clips on which the first value is the larger, the smaller, and neither. */
  larger: number
  smaller: number
  equal: number
  n: number
}

/**
 * Compares two methods scored on the same clips: the clip, not the method, makes most of the spread, so that the
 * difference per clip is resampled and not each method alone.
 *
 * @param first,second one value per clip, in the same order of clips, finite
 * @throws KinemetricError `shape-mismatch` for different numbers of clips, `empty`, `not-finite` naming the clip's position
 * Source: Efron & Tibshirani 1993, chapters 13 and 15 (sign flips: Fisher's randomisation test).
 */
export function pairedBootstrap(
  first: Float64Array,
  second: Float64Array,
  options: BootstrapOptions = {},
): PairedDifference {
  const differences = pairedDifferences(first, second)
  const n = differences.length
  const mean = differences.reduce((sum, value) => sum + value, 0) / n
  const outcome = bootstrap(
    n,
    (indices) => {
      let sum = 0
      for (let i = 0; i < indices.length; i++) sum += differences[indices[i]]
      return sum / indices.length
    },
    options,
  )
  return {
    difference: mean,
    interval: outcome.interval,
    reason: outcome.reason,
    pValue: outcome.interval === null ? null : signFlipP(differences, options.resamples ?? 1000, options.seed ?? 0),
    larger: differences.filter((value) => value > 0).length,
    smaller: differences.filter((value) => value < 0).length,
    equal: differences.filter((value) => value === 0).length,
    n,
  }
}

function pairedDifferences(first: Float64Array, second: Float64Array): Float64Array {
  const where = 'pairedBootstrap'
  if (first.length !== second.length) {
    throw metricError('shape-mismatch', where, {
      expected: 'one value of each method for the same clips',
      found: `${first.length} and ${second.length} values`,
    })
  }
  if (first.length === 0) throw metricError('empty', where, { expected: 'at least one clip', found: 'none' })
  return first.map((value, i) => {
    const difference = value - second[i]
    if (!Number.isFinite(difference)) {
      throw metricError('not-finite', where, {
        expected: 'finite values',
        found: `${value} and ${second[i]} at clip ${i}`,
      })
    }
    return difference
  })
}

/** Share of random sign patterns with a mean as far from 0 as the observed one; the observed pattern counts as one. */
function signFlipP(differences: Float64Array, resamples: number, seed: number): number {
  const random = seededRandom(seed)
  const observed = Math.abs(differences.reduce((sum, value) => sum + value, 0))
  // Sums in another order differ by rounding: what is equal up to that counts as equal.
  const threshold = observed * (1 - 1e-12)
  let asFar = 1
  for (let r = 0; r < resamples; r++) {
    let sum = 0
    for (const difference of differences) sum += random.next() < 0.5 ? difference : -difference
    if (Math.abs(sum) >= threshold) asFar++
  }
  return asFar / (resamples + 1)
}
