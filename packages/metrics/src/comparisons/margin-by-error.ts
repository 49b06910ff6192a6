import { FEWEST_UNITS } from '../intervals/jackknife.ts'
import { studentQuantile, studentTail } from '../intervals/probability/student.ts'
import type { MarginTest } from './flips/equivalence.ts'

/** A difference this − other with its standard error over so many units; null where it has none. */
export interface DifferenceWithError {
  difference: number
  se: number | null
  units: number
}

/**
 * Non-inferiority and equivalence of two distances between sets, whose clips have no differences of their own: Student's t of the jackknife's error in place
 * of sign flips, with the verdicts and intervals of `marginTest`.
 * @param margin at least 0, in the metric's unit
 * Source: Schuirmann 1987 (two one-sided tests); Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 11.
 */
export function marginByError(
  { difference, se, units }: DifferenceWithError,
  margin: number,
  { better, alpha = 0.05 }: { better: 'higher' | 'lower'; alpha?: number | undefined },
): MarginTest {
  const estimate = better === 'higher' ? difference : -difference
  if (se === null || !(se > 0) || units < FEWEST_UNITS)
    return {
      pNonInferior: 1,
      pInferior: 1,
      pEquivalent: 1,
      estimate,
      interval: null,
      verdict: 'cannot-tell',
      equivalent: false,
      unitsToDecide: null,
    }
  const df = units - 1
  const pNonInferior = studentTail((estimate + margin) / se, df)
  const pInferior = studentTail(-(estimate + margin) / se, df)
  const pEquivalent = Math.max(pNonInferior, studentTail((margin - estimate) / se, df))
  const half = studentQuantile(1 - alpha, df) * se
  const verdict = pNonInferior <= alpha ? 'pass' : pInferior <= alpha ? 'fail' : 'undecided'
  return {
    pNonInferior,
    pInferior,
    pEquivalent,
    estimate,
    interval: { low: estimate - half, high: estimate + half },
    verdict,
    equivalent: pEquivalent <= alpha,
    unitsToDecide:
      verdict !== 'undecided' || estimate <= -margin ? null : Math.ceil(units * (half / (estimate + margin)) ** 2),
  }
}
