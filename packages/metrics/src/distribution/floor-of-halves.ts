import type { FeatureMatrix } from '../features/feature-matrix.ts'
import { rowsPerDimension } from '../features/trust-flags.ts'
import { floorAtSize, type FloorAtSize, halvesOf } from '../intervals/halves-floor.ts'
import { groupByClip } from '../intervals/units/clip-groups.ts'
import type { Distance, DistanceRecipe } from '../spec/distance.ts'

/** What a second sample of the reference would get, and how it is known. */
export interface Floor extends FloorAtSize {
  kind: 'halves'
  splits: number
  seed: number
  /** Of the reference. */
  units: number
  rows: number
  /** Of the halves themselves. */
  halves: { mean: number; q95: number }
  /** As tables print it. */
  text: string
}

/** Seconds of a machine of 50 GFLOP/s that the halvings may take. */
const FLOOR_SECONDS = 30
const FEWEST_UNITS = 4

/**
 * The floor of a distance: how far 20 random halves of the reference's own units are apart, carried to the reference's size.
 *
 * @param reference rows with the unit of each (`clipOfRow`)
 * @returns in words why there is none
 */
export async function floorOfHalves<R extends DistanceRecipe>(
  distance: Distance<R>,
  recipe: R,
  reference: FeatureMatrix,
  { seed, signal }: { seed: number; signal?: AbortSignal | undefined },
): Promise<Floor | string> {
  const units = groupByClip(reference).ids.length
  if (units < FEWEST_UNITS) return `n = ${units}: too few to be halved`
  const evaluator = await distance.evaluator(recipe, reference, reference)
  if (evaluator === undefined || 20 * evaluator.nominalSeconds > FLOOR_SECONDS)
    return 'halving the reference 20 times costs too much'
  const halves = await halvesOf(
    units,
    (half) => {
      const first = new Float64Array(units)
      for (const unit of half) first[unit] = 1
      return evaluator.value(
        first,
        first.map((one) => 1 - one),
      )
    },
    { seed, signal },
  )
  if (!Number.isFinite(halves.mean)) return 'halves of the reference have no finite distance'
  const ratio = rowsPerDimension(reference, reference) ?? 0
  const { low, high } = floorAtSize(halves, distance.extrapolates, ratio)
  const { mean, q95, splits } = halves
  return {
    kind: 'halves',
    splits,
    seed,
    units,
    rows: reference.rows,
    halves: { mean, q95 },
    low,
    high,
    text: words(low, high),
  }
}

/** `0.1623`, or `0.8123–1.625` where it is only known to lie between. */
function words(low: { mean: number }, high: { mean: number }): string {
  const [a, b] = [low.mean, high.mean].map((value) => String(Number(value.toPrecision(4))))
  return a === b ? a : `${a}–${b}`
}
