import type { ComparedPair } from '@kinemetric/records'
import { flipPatterns, type FlipPatterns } from './flips/flip-patterns.ts'
import { MOST_EXACT_UNITS } from './flips/flipped-sums.ts'
import { DEFAULT_DRAWS, signFlipTest } from './flips/sign-flip.ts'
import { differencesOf, spreadOf, type Units, weightedMean } from './unit-differences.ts'

/** A pair before it is corrected for its family. */
export type TestedPair = Omit<ComparedPair, 'pAdjusted' | 'pAdjustedTable' | 'verdict' | 'detectable80'>

/** One method's values over the common clips. */
export interface MethodValues {
  method: string
  /** `[clip]` in the order of the units' clips, finite. */
  values: Float64Array
}

export interface CompareValuesOptions {
  seed?: number | undefined
  /** Taken as given; absent: 99,999, more where the family is so large that fewer could not reach alpha. */
  draws?: number | undefined
  alpha?: number | undefined
  /** Pairs that are corrected for together. */
  comparisons: number
}

/** Draws enough for a family: the smallest p of so many stays a tenth of what the family needs. */
export function drawsFor({ draws, alpha = 0.05, comparisons }: CompareValuesOptions): number {
  return draws ?? Math.max(DEFAULT_DRAWS, Math.ceil((20 * comparisons) / alpha) - 1)
}

/** Sign patterns for all pairs over these units, or none where all patterns are taken. */
export function patternsFor(units: number, options: CompareValuesOptions): FlipPatterns | undefined {
  return units <= MOST_EXACT_UNITS ? undefined : flipPatterns(units, drawsFor(options), options.seed ?? 0)
}

/**
 * Two methods on the same clips, by sign flips over units.
 * @throws KinemetricError as `signFlipTest`
 */
export function testPair(
  first: MethodValues,
  second: MethodValues,
  units: Units,
  {
    alpha = 0.05,
    seed = 0,
    patterns,
  }: { alpha?: number | undefined; seed?: number | undefined; patterns?: FlipPatterns | undefined },
): TestedPair {
  const differences = differencesOf(units, first.values, second.values)
  const test = signFlipTest(differences, { level: 1 - alpha, patterns, seed })
  const { sd, skewness } = spreadOf(differences)
  const count = (holds: (sum: number) => boolean) => differences.sums.filter(holds).length
  return {
    first: first.method,
    second: second.method,
    firstValue: weightedMean(units, first.values),
    secondValue: weightedMean(units, second.values),
    difference: test.estimate,
    sd,
    interval: test.interval,
    ...(test.moving === 0 ? { reason: 'the same on every clip' } : {}),
    test: test.exact ? 'sign-flip-exact' : 'sign-flip-mc',
    p: test.p,
    smallestP: test.smallestP,
    draws: test.draws,
    seed,
    moving: test.moving,
    larger: count((sum) => sum > 0),
    smaller: count((sum) => sum < 0),
    equal: count((sum) => sum === 0),
    skewed: Math.abs(skewness) > 1 && test.units < 30,
  }
}
