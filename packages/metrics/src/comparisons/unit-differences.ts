import { positionsOf } from '../intervals/units/unit-values.ts'
import type { UnitDifferences } from './flips/sign-flip.ts'

/** What clips say beside their values; both may be absent. */
export interface ClipWeighing {
  /** The source video that a clip is of; absent: each clip is a unit of its own. */
  unitOf?: ((clip: string) => string) | undefined
  /** Above 0; absent: 1. */
  weightOf?: ((clip: string) => number) | undefined
}

/** Clips grouped by unit; units and clips in code unit order, so that draws meet the same units everywhere. */
export interface Units {
  ids: string[]
  clips: string[]
  /** `[clip]` position of its unit. */
  unitOfClip: Int32Array
  /** `[clip]` */
  weights: Float64Array
  /** `[unit]` Σ of its clips' weights. */
  unitWeights: Float64Array
}

export function groupByUnit(clips: readonly string[], { unitOf, weightOf }: ClipWeighing = {}): Units {
  // By code unit, without a locale.
  const sorted = [...clips].sort()
  const { ids, unitOfClip } = positionsOf(sorted.map((clip) => unitOf?.(clip) ?? clip))
  const weights = Float64Array.from(sorted, (clip) => weightOf?.(clip) ?? 1)
  return { ids, clips: sorted, unitOfClip, weights, unitWeights: sumByUnit(weights, unitOfClip, ids.length) }
}

/** `[unit]` Σ of weight × value over its clips. @param values `[clip]`, in the order of `units.clips` */
export function weightedSums({ weights, unitOfClip, ids }: Units, values: Float64Array): Float64Array {
  return sumByUnit(
    values.map((value, clip) => weights[clip] * value),
    unitOfClip,
    ids.length,
  )
}

/** Σ of weight × value over Σ of weights. */
export function weightedMean(units: Units, values: Float64Array): number {
  let sum = 0
  let total = 0
  for (let clip = 0; clip < values.length; clip++) {
    sum += units.weights[clip] * values[clip]
    total += units.weights[clip]
  }
  return sum / total
}

/** Values that are equal up to rounding of their last digits differ by 0: a sum in another order is no difference. */
const ROUNDING = 8 * Number.EPSILON

/** Of two methods' values, first − second. */
export function differencesOf(units: Units, first: Float64Array, second: Float64Array): UnitDifferences {
  const differences = first.map((value, clip) => {
    const difference = value - second[clip]
    return Math.abs(difference) <= ROUNDING * Math.max(Math.abs(value), Math.abs(second[clip])) ? 0 : difference
  })
  return { sums: weightedSums(units, differences), weights: units.unitWeights }
}

/** Spread and skewness of the units' differences; those of one unit have none. */
export function spreadOf({ sums, weights }: UnitDifferences): { sd: number | null; skewness: number } {
  const n = sums.length
  const totals = { sum: sumOf(sums), weight: weights === undefined ? n : sumOf(weights) }
  const mean = totals.sum / totals.weight
  // Units of unequal weight: their linearised values, whose mean is the weighted mean.
  const deviations = sums.map((sum, unit) => (n / totals.weight) * (sum - (weights?.[unit] ?? 1) * mean))
  const square = deviations.reduce((total, value) => total + value ** 2, 0)
  const cube = deviations.reduce((total, value) => total + value ** 3, 0)
  return {
    sd: n < 2 ? null : Math.sqrt(square / (n - 1)),
    // Differences that are all alike have no shape but that of their rounding.
    skewness: square <= n * (1e-12 * mean) ** 2 ? 0 : cube / n / (square / n) ** 1.5,
  }
}

function sumByUnit(values: Float64Array, unitOfClip: Int32Array, units: number): Float64Array {
  const sums = new Float64Array(units)
  for (let clip = 0; clip < values.length; clip++) sums[unitOfClip[clip]] += values[clip]
  return sums
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}
