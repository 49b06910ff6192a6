import { checkSameDimension } from '../features/feature-matrix.ts'
import type { FeatureRows } from '../features/feature-rows.ts'
import { rowsPerDimension } from '../features/trust-flags.ts'
import { quantile } from '../intervals/distance-interval.ts'
import { floorAtSize, type FloorAtSize, halvesOf, randomPart } from '../intervals/halves-floor.ts'
import { seededRandom, type SeededRandom } from '../intervals/seeded-random.ts'
import { groupByClip } from '../intervals/units/clip-groups.ts'
import type { Distance, DistanceRecipe } from '../spec/distance.ts'

/** What a second sample of the reference would get, and how it is known. */
export interface Floor extends FloorAtSize {
  kind: 'halves' | 'further'
  /** Halvings, or choices of further clips. */
  splits: number
  seed: number
  /** Of the reference. */
  units: number
  rows: number
  /** Of the halves themselves. */
  halves?: { mean: number; q95: number } | undefined
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
  reference: FeatureRows,
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

/**
 * The floor of a distance from further real clips of the reference's kind: 20 random choices of as many units as the reference has, or all of them once
 * where there are no more.
 *
 * @param further,reference rows with the unit of each (`clipOfRow`)
 * @returns in words why there is none
 */
export async function floorOfFurther<R extends DistanceRecipe>(
  distance: Distance<R>,
  recipe: R,
  reference: FeatureRows,
  further: FeatureRows,
  { seed, signal }: { seed: number; signal?: AbortSignal | undefined },
): Promise<Floor | string> {
  checkSameDimension(further.dimension, reference.dimension, 'further real clips')
  if (further.clipOfRow === undefined) return 'rows of the further clips name no clips'
  const units = groupByClip(reference).ids.length
  const others = groupByClip(further).ids.length
  if (others < units) return `${others} further clips are fewer than the ${units} of the reference`
  const evaluator = await distance.evaluator(recipe, further, reference)
  if (evaluator === undefined) return 'too many clips to hold'
  const splits = others === units ? 1 : 20
  if (splits * evaluator.nominalSeconds > FLOOR_SECONDS)
    return 'choosing among the further clips 20 times costs too much'
  const random = seededRandom(seed)
  const values = new Float64Array(splits)
  for (let k = 0; k < splits; k++) {
    signal?.throwIfAborted()
    values[k] = await evaluator.value(randomChoice(random, others, units))
  }
  if (!values.every(Number.isFinite)) return 'further clips have no finite distance'
  const mean = values.reduce((sum, value) => sum + value, 0) / splits
  const found = { mean, q95: quantile(values.sort(), 0.95) }
  return {
    kind: 'further',
    splits,
    seed,
    units,
    rows: reference.rows,
    low: found,
    high: found,
    text: words(found, found),
  }
}

/** 1 for each of `size` of n units. */
function randomChoice(random: SeededRandom, n: number, size: number): Float64Array {
  const chosen = new Float64Array(n)
  for (const unit of randomPart(random, n, size)) chosen[unit] = 1
  return chosen
}

/** `0.1623`, or `0.8123–1.625` where it is only known to lie between. */
function words(low: { mean: number }, high: { mean: number }): string {
  const [a, b] = [low.mean, high.mean].map((value) => String(Number(value.toPrecision(4))))
  return a === b ? a : `${a}–${b}`
}
