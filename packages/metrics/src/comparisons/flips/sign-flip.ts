import { metricError } from '../../recipes/metric-error.ts'
import { type FlipPatterns, flipPatterns } from './flip-patterns.ts'
import { allFlippedSums, drawnFlippedSums, type FlippedSums, MOST_EXACT_UNITS } from './flipped-sums.ts'
import { kthSmallest } from './order-statistic.ts'

/** Draws where there are too many units to take all sign patterns. */
export const DEFAULT_DRAWS = 99_999

/** What two methods differ by on each unit: Σ w·d and Σ w of the unit's clips, in the order of the units' ids. */
export interface UnitDifferences {
  sums: Float64Array
  /** Absent: 1 each. */
  weights?: Float64Array | undefined
}

export interface SignFlipOptions {
  /** Of the interval; default 0.95. */
  level?: number | undefined
  /** Where not all patterns are taken: how many are drawn (default 99,999) and from which seed (default 0). */
  draws?: number | undefined
  seed?: number | undefined
  /** The same drawn before, so that pairs and metrics over the same units share them; its seed and draws hold. */
  patterns?: FlipPatterns | undefined
}

/** All that flips of the units' signs say of a mean difference. */
export interface SignFlipTest {
  /** Σ of the units' sums over Σ of their weights. */
  estimate: number
  /** Of a mean not above 0, of one not below 0, and two-sided. */
  pGreater: number
  pLess: number
  p: number
  /** The smallest p that so many units with a difference, or so many draws, can give. */
  smallestP: number
  /** All shifts with p > 1 − level: 0 lies outside exactly where p ≤ 1 − level. Null where no shift has, or all units are 0. */
  interval: { low: number; high: number } | null
  units: number
  /** Units whose difference is not 0. */
  moving: number
  exact: boolean
  /** Null where all patterns were taken. */
  draws: number | null
}

/**
 * Tests whether two methods' results could have been exchanged on each unit: then the sign of each unit's difference is a coin's.
 *
 * Up to 20 units all 2ⁿ patterns are taken; beyond, drawn ones, where both counts start at 1 so that p is never 0 and keeps its level. The interval
 * holds every shift of the differences that the same patterns do not reject, so it cannot contradict p.
 *
 * @param units at least one; all finite, weights above 0
 * @throws KinemetricError `empty`, `shape-mismatch`, `not-finite` naming the unit's position
 * Source: Fisher's randomisation test; subset means as limits: Hartigan, JASA 64 (1969) 1303; the count of the observed pattern: Phipson & Smyth,
 * Stat. Appl. Genet. Mol. Biol. 9 (2010) 39. p is that of scipy.stats.permutation_test(permutation_type="samples").
 */
export function signFlipTest(units: UnitDifferences, options: SignFlipOptions = {}): SignFlipTest {
  const flips = openFlips(units, options)
  const { differences, weights, sums, moving } = flips
  const { pGreater, pLess, total } = flips.tails(0)
  const exact = sums.extra === 0
  const level = options.level ?? 0.95
  return {
    estimate: sumOf(differences) / sumOf(weights),
    pGreater,
    pLess,
    p: Math.min(1, 2 * Math.min(pGreater, pLess)),
    smallestP: exact ? Math.min(1, 2 ** (1 - moving)) : 2 / total,
    interval: moving === 0 ? null : meansBetween(sums, Math.floor(((1 - level) / 2) * total + 1e-9)),
    units: differences.length,
    moving,
    exact,
    draws: exact ? null : total - 1,
  }
}

/** The patterns' sums of some units, and the tails at any shift of the mean difference. */
export interface Flips {
  differences: Float64Array
  weights: Float64Array
  sums: FlippedSums
  moving: number
  /** p of "the mean is not above the shift" and of "not below"; `total` patterns stand behind them, the observed one among them. */
  tails(shift: number): { pGreater: number; pLess: number; total: number }
}

/** @throws KinemetricError as `signFlipTest` */
export function openFlips(units: UnitDifferences, options: SignFlipOptions = {}): Flips {
  const differences = units.sums
  const weights = units.weights ?? new Float64Array(differences.length).fill(1)
  check(differences, weights)
  const n = differences.length
  const sums =
    n <= MOST_EXACT_UNITS
      ? allFlippedSums(differences, weights)
      : drawnFlippedSums(
          differences,
          weights,
          options.patterns ?? flipPatterns(n, options.draws ?? DEFAULT_DRAWS, options.seed ?? 0),
        )
  const total = sums.sums.length + sums.extra
  return {
    differences,
    weights,
    sums,
    moving: differences.filter((value) => value !== 0).length,
    tails(shift) {
      // Sums in another order differ by rounding: what is equal up to that counts as equal.
      const tolerance = 1e-12 * differences.reduce((sum, value, i) => sum + Math.abs(value - shift * weights[i]), 0)
      let notAbove: number = sums.extra
      let notBelow: number = sums.extra
      for (let s = 0; s < sums.sums.length; s++) {
        const rest = sums.sums[s] - shift * sums.weights[s]
        if (rest <= tolerance) notAbove++
        if (rest >= -tolerance) notBelow++
      }
      return { pGreater: notAbove / total, pLess: notBelow / total, total }
    },
  }
}

/** The k-th smallest and k-th largest mean of a choice of units. */
export function meansBetween({ sums, weights, extra }: FlippedSums, k: number): { low: number; high: number } | null {
  if (k < 1) return null
  const means = sums.map((sum, s) => (weights[s] > 0 ? sum / weights[s] : Number.NaN))
  const chosen = means.filter((mean) => !Number.isNaN(mean))
  // A drawn choice of no unit lies below every shift from below and above every shift from above; of all choices it is the one that counts in both.
  const empty = extra === 0 ? 0 : means.length - chosen.length
  if (k - empty < 1) return null
  const low = kthSmallest(chosen, k - empty - 1)
  const high = kthSmallest(chosen, chosen.length - (k - empty))
  return { low, high }
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function check(differences: Float64Array, weights: Float64Array): void {
  const where = 'signFlipTest'
  if (differences.length === 0) throw metricError('empty', where, { expected: 'at least one unit', found: 'none' })
  if (differences.length !== weights.length)
    throw metricError('shape-mismatch', where, {
      expected: 'a weight for each unit',
      found: `${weights.length} weights of ${differences.length} units`,
    })
  const wrong = differences.findIndex(
    (value, i) => !Number.isFinite(value) || !(weights[i] > 0 && weights[i] < Infinity),
  )
  if (wrong >= 0)
    throw metricError('not-finite', where, {
      expected: 'finite differences and weights above 0',
      found: `${differences[wrong]} with weight ${weights[wrong]} at unit ${wrong}`,
    })
}
