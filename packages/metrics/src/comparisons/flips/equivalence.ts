import { meansBetween, openFlips, type SignFlipOptions, type UnitDifferences } from './sign-flip.ts'
import { MOST_EXACT_UNITS } from './flipped-sums.ts'

/** Whether a method is no worse than another by a margin, and whether both are equivalent within it. */
export interface MarginTest {
  /** Of "worse by the margin or more", of "no worse than the margin", of "differs by the margin or more". */
  pNonInferior: number
  pInferior: number
  pEquivalent: number
  /** Mean difference, turned so that larger is better, and its interval of level 1 − 2·alpha. */
  estimate: number
  interval: { low: number; high: number } | null
  /** `cannot-tell` where even the smallest p of so many units is above alpha. */
  verdict: 'pass' | 'fail' | 'undecided' | 'cannot-tell'
  equivalent: boolean
  /** Units that would decide if the estimate stayed; null where it lies beyond the margin, or nothing is to be decided. */
  unitsToDecide: number | null
}

/**
 * Non-inferiority by sign flips, and equivalence by two one-sided tests.
 * @param units differences this − other
 * @param margin above 0, in the metric's unit
 * @throws KinemetricError as `signFlipTest`
 * Source: Schuirmann 1987 (two one-sided tests); the t form of the second is statsmodels' ttost_paired.
 */
export function marginTest(
  units: UnitDifferences,
  margin: number,
  { better, alpha = 0.05, ...options }: SignFlipOptions & { better: 'higher' | 'lower'; alpha?: number },
): MarginTest {
  const oriented = better === 'higher' ? units : { ...units, sums: units.sums.map((sum) => -sum) }
  const flips = openFlips(oriented, options)
  const below = flips.tails(-margin)
  const above = flips.tails(margin)
  const n = flips.differences.length
  const smallest = n <= MOST_EXACT_UNITS ? 2 ** -n : 1 / below.total
  const pEquivalent = Math.max(below.pGreater, above.pLess)
  const estimate = total(flips.differences) / total(flips.weights)
  const range = flips.moving === 0 ? null : meansBetween(flips.sums, Math.floor(alpha * below.total + 1e-9))
  const verdict =
    smallest > alpha ? 'cannot-tell' : below.pGreater <= alpha ? 'pass' : below.pLess <= alpha ? 'fail' : 'undecided'
  return {
    pNonInferior: below.pGreater,
    pInferior: below.pLess,
    pEquivalent,
    estimate,
    interval: range,
    verdict,
    equivalent: pEquivalent <= alpha,
    unitsToDecide:
      verdict !== 'undecided' || range === null || estimate <= -margin
        ? null
        : Math.ceil(n * ((estimate - range.low) / (estimate + margin)) ** 2),
  }
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}
