import type { Interval } from '@kinemetric/records'
import type { ClipEvaluator } from './clip-evaluator.ts'
import { ones } from './clip-evaluator.ts'
import { studentQuantile } from './probability/student.ts'

// The error of a distance between two sets, from what each unit (source video) does to it.

/** Fewer units than this have no interval. */
export const FEWEST_UNITS = 5

/** Influences of all rows, or of those that a recipe's subsets were drawn of. */
export type InfluenceMethod = 'jackknife-influence' | 'jackknife-influence-of-drawn-subsets'

/**
 * What each unit does to a distance: its value without the unit (`jackknife`), or the sum of its rows' influences over all rows
 * (`jackknife-influence`), for sizes at which leaving out each is out of reach.
 */
export interface UnitEffects {
  method: 'jackknife' | InfluenceMethod
  /** `[G]` of the units of the generated side; where both sides are of the same units, of leaving out both at once. */
  generated: Float64Array
  /** `[H]` of the reference's units, where they are others; absent where they are the same, or the reference is fixed. */
  reference: Float64Array | undefined
  /** What was left out, in words. */
  sides: 'both sides together' | 'each side in turn' | 'generated side'
}

/**
 * Standard error of a statistic from its values without each unit: SE² = (G − 1)/G·Σ(θ₍₋g₎ − mean)².
 * Source: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 11.
 */
export function jackknifeError(without: Float64Array): number {
  const n = without.length
  const mean = without.reduce((sum, value) => sum + value, 0) / n
  return Math.sqrt(((n - 1) / n) * without.reduce((sum, value) => sum + (value - mean) ** 2, 0))
}

/**
 * Standard error of a statistic from the units' influences, which sum to 0: SE² = G/(G − 1)·Σψ².
 * Source: Efron, The Jackknife, the Bootstrap and Other Resampling Plans, 1982, chapter 6, with the factor of the sample variance.
 */
export function influenceError(influences: Float64Array): number {
  const n = influences.length
  return Math.sqrt((n / (n - 1)) * influences.reduce((sum, value) => sum + value * value, 0))
}

/** Standard error of a distance from its units' effects; the variances of two independent sides add. */
export function errorOfEffects({ method, generated, reference }: UnitEffects): number {
  const of = method === 'jackknife' ? jackknifeError : influenceError
  return reference === undefined ? of(generated) : Math.hypot(of(generated), of(reference))
}

/** How many units stand behind an error: the smaller side's. */
export function unitsOfEffects({ generated, reference }: UnitEffects): number {
  return Math.min(generated.length, reference?.length ?? generated.length)
}

/** Effects on the difference of two distances to one reference, of the same units and found in the same way. */
export function differenceOfEffects(first: UnitEffects, second: UnitEffects): UnitEffects {
  return {
    ...first,
    generated: first.generated.map((value, g) => value - second.generated[g]),
    reference: first.reference?.map((value, h) => value - (second.reference?.[h] ?? 0)),
  }
}

/**
 * The distance without each unit in turn.
 * @param together both sides are of the same units in the same order, and lose the same one
 */
export async function leaveOut(
  evaluator: ClipEvaluator,
  together: boolean,
  signal?: AbortSignal,
): Promise<UnitEffects> {
  const without = (side: 'generated' | 'reference' | 'both'): Promise<Float64Array> =>
    evaluator.withoutEach === undefined
      ? evaluateWithoutEach(evaluator, side, signal)
      : Promise.resolve(evaluator.withoutEach(side))
  if (together)
    return { method: 'jackknife', generated: await without('both'), reference: undefined, sides: 'both sides together' }
  const generated = await without('generated')
  return evaluator.referenceClips === 0
    ? { method: 'jackknife', generated, reference: undefined, sides: 'generated side' }
    : { method: 'jackknife', generated, reference: await without('reference'), sides: 'each side in turn' }
}

async function evaluateWithoutEach(
  evaluator: ClipEvaluator,
  side: 'generated' | 'reference' | 'both',
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const a = ones(evaluator.generatedClips)
  const b = ones(evaluator.referenceClips)
  const count = side === 'reference' ? b.length : a.length
  const values = new Float64Array(count)
  for (let g = 0; g < count; g++) {
    signal?.throwIfAborted()
    if (side !== 'reference') a[g] = 0
    if (side !== 'generated') b[g] = 0
    values[g] = await evaluator.value(a, b.length === 0 ? undefined : b)
    if (side !== 'reference') a[g] = 1
    if (side !== 'generated') b[g] = 1
  }
  return values
}

/** Evaluations that `leaveOut` makes. */
export function evaluationsToLeaveOut({ generatedClips, referenceClips }: ClipEvaluator, together: boolean): number {
  return together ? generatedClips : generatedClips + referenceClips
}

/** Value ± t·SE with the quantile of Student's t for `units` − 1 degrees of freedom. */
export function studentInterval(value: number, se: number, units: number, level: number, method: string): Interval {
  const half = studentQuantile((1 + level) / 2, units - 1) * se
  return { low: value - half, high: value + half, level, method }
}
