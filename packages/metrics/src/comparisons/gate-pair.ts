import { quantile } from '../intervals/distance-interval.ts'
import { type MarginTest, marginTest } from './flips/equivalence.ts'
import type { FlipPatterns } from './flips/flip-patterns.ts'
import { type SignFlipTest, signFlipTest } from './flips/sign-flip.ts'
import { patternsFor } from './compare-values.ts'
import { clipsNeeded } from './planning.ts'
import { type ClipWeighing, differencesOf, groupByUnit, spreadOf, weightedMean } from './unit-differences.ts'

/** One metric's values before and after a change, clip by clip. */
export interface GatedValues extends ClipWeighing {
  /** `[clip]`, each name once. */
  clips: readonly string[]
  /** By clip, finite. */
  baseline: ReadonlyMap<string, number>
  candidate: ReadonlyMap<string, number>
}

export interface GatePairOptions {
  better: 'higher' | 'lower'
  /** At least 0, in the metric's unit; undefined: only whether anything changed is asked. */
  margin: number | undefined
  alpha?: number | undefined
  seed?: number | undefined
  draws?: number | undefined
  /** Drawn before, for as many units: metrics over the same units share them. */
  patterns?: FlipPatterns | undefined
}

/** What a gate says of one metric with values of clips. Differences are candidate − baseline. */
export interface GatePair {
  baseline: number
  candidate: number
  difference: number
  units: number
  /** Whether no worse than the margin; undefined without one. */
  test: MarginTest | undefined
  /** Whether anything changed, with an interval at 1 − alpha. */
  drift: SignFlipTest
  /** Units on which the candidate's value is larger, and smaller. */
  larger: number
  smaller: number
  /** Of the units' differences; null of one unit. */
  sd: number | null
  /** Units with which a run that changes nothing passes with a chance of 80 %; null without spread or margin. */
  unitsPlanned: number | null
  /** The margin is above 0.2 of that sd. */
  wide: boolean
  /** Of the clips' differences: 0, 5, 25, 50, 75, 95, 100 %. */
  quantiles: number[]
}

/** A margin above this share of the paired standard deviation is told: what it hides is no small effect. */
export const WIDE_MARGIN = 0.2

/** Of which quantiles are given. */
const shares = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1]

/** Patterns for a gate's tests over these units, or none where all are taken; see `GatePairOptions`. */
export function gatePatterns(
  units: number,
  { alpha, seed, draws }: Pick<GatePairOptions, 'alpha' | 'seed' | 'draws'> = {},
): FlipPatterns | undefined {
  return patternsFor(units, { alpha, seed, draws, comparisons: 1 })
}

/** The spread of the units' differences alone, and how many units there are; no sd of one unit. */
export function spreadOfPair({ clips, baseline, candidate, ...weighing }: GatedValues): {
  sd: number | null
  units: number
} {
  const units = groupByUnit(clips, weighing)
  const { sd } = spreadOf(differencesOf(units, valuesOf(units.clips, candidate), valuesOf(units.clips, baseline)))
  return { sd, units: units.ids.length }
}

function valuesOf(clips: readonly string[], side: ReadonlyMap<string, number>): Float64Array {
  return Float64Array.from(clips, (clip) => side.get(clip) ?? Number.NaN)
}

/**
 * Holds a metric's values of the same clips before and after a change against each other: no worse than a margin, within it, changed at all.
 * @throws KinemetricError as `signFlipTest`
 */
export function gatePair(
  { clips, baseline, candidate, ...weighing }: GatedValues,
  { better, margin, alpha = 0.05, seed, draws, patterns }: GatePairOptions,
): GatePair {
  const units = groupByUnit(clips, weighing)
  const [before, after] = [valuesOf(units.clips, baseline), valuesOf(units.clips, candidate)]
  const differences = differencesOf(units, after, before)
  const shared = patterns ?? gatePatterns(units.ids.length, { alpha, seed, draws })
  const drift = signFlipTest(differences, { level: 1 - alpha, patterns: shared, seed })
  const test =
    margin === undefined ? undefined : marginTest(differences, margin, { better, alpha, patterns: shared, seed })
  const { sd } = spreadOf(differences)
  const spread = sd !== null && sd > 0 ? sd : null
  const sorted = after.map((value, clip) => value - before[clip]).toSorted()
  return {
    baseline: weightedMean(units, before),
    candidate: weightedMean(units, after),
    difference: drift.estimate,
    units: units.ids.length,
    test,
    drift,
    larger: differences.sums.filter((sum) => sum > 0).length,
    smaller: differences.sums.filter((sum) => sum < 0).length,
    sd,
    unitsPlanned:
      spread === null || margin === undefined || margin === 0
        ? null
        : wholeOrNull(clipsNeeded(margin, spread, { alpha, oneSided: true })),
    wide: spread !== null && margin !== undefined && margin > WIDE_MARGIN * spread,
    quantiles: shares.map((share) => quantile(sorted, share)),
  }
}

function wholeOrNull(count: number): number | null {
  return Number.isSafeInteger(count) ? count : null
}
