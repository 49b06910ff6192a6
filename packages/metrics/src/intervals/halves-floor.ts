import { quantile } from './distance-interval.ts'
import { seededRandom, type SeededRandom } from './seeded-random.ts'

/** How far random halves of one set are apart. */
export interface Halves {
  mean: number
  /** 95 % point of the halvings, as numpy's default quantile. */
  q95: number
  /** Halvings made. */
  splits: number
  seed: number
}

/** What a second sample of the reference of the same size would get: between two bounds, which are one number where the size is known to halve it. */
export interface FloorAtSize {
  low: { mean: number; q95: number }
  high: { mean: number; q95: number }
}

const SPLITS = 20

/**
 * Distances between random halves of a set of units.
 *
 * @param units at least 2
 * @param distanceOf of the units in `first` (ascending) and all others
 */
export async function halvesOf(
  units: number,
  distanceOf: (first: Int32Array) => Promise<number>,
  { seed = 0, splits = SPLITS, signal }: { seed?: number; splits?: number; signal?: AbortSignal | undefined } = {},
): Promise<Halves> {
  const random = seededRandom(seed)
  const values = new Float64Array(splits)
  for (let k = 0; k < splits; k++) {
    signal?.throwIfAborted()
    values[k] = await distanceOf(randomHalf(random, units))
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / splits
  return { mean, q95: quantile(values.sort(), 0.95), splits, seed }
}

/** ⌊n/2⌋ units, ascending. */
export function randomHalf(random: SeededRandom, n: number): Int32Array {
  return randomPart(random, n, Math.floor(n / 2))
}

/** `size` of n units drawn by the start of a Fisher-Yates shuffle, ascending. */
export function randomPart(random: SeededRandom, n: number, size: number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i)
  for (let i = 0; i < size; i++) {
    const j = i + random.below(n - i)
    const kept = order[i]
    order[i] = order[j]
    order[j] = kept
  }
  return order.subarray(0, size).toSorted()
}

/**
 * The floor at the whole set's size, from its halves. A distance with a bias in 1/N falls to half of them where N ≥ 2·D; below it lies somewhere between half
 * and all of them (0.55 to 0.70 of them at N/D = 1 to 0.25, by simulation). An unbiased one has mean 0 and half their spread.
 */
export function floorAtSize({ mean, q95 }: Halves, biased: boolean, rowsPerDimension: number): FloorAtSize {
  const half = { mean: biased ? mean / 2 : 0, q95: q95 / 2 }
  return { low: half, high: biased && rowsPerDimension < 2 ? { mean, q95 } : half }
}
