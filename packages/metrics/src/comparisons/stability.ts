import { seededRandom } from '../intervals/seeded-random.ts'
import { kendallTau } from './kendall.ts'

/** How an order of methods behaves when the units are drawn again. Shares are of the resamples. */
export interface OrderStability {
  resamples: number
  seed: number
  /** The full order is the same. */
  sameOrder: number
  /** `[method]` it is first. */
  first: number[]
  /** `[method][rank − 1]` */
  ranks: number[][]
  /** `[a][b]` a lies above b in value. */
  above: number[][]
  /** Mean Kendall τ_b with the order of all units; null where the methods have no order. */
  tau: number | null
}

/**
 * @param values `[method][unit]`, all over the same units
 * @param weights `[unit]`; absent: 1 each
 * Resample r takes `below(units)` for unit 0, 1, …, the same units for all methods; ties by the order of `values`.
 */
export function orderStability(
  values: readonly Float64Array[],
  better: 'higher' | 'lower',
  { resamples = 1000, seed = 0, weights }: { resamples?: number; seed?: number; weights?: Float64Array } = {},
): OrderStability {
  const units = values[0].length
  const methods = values.length
  const zeros = () => Array.from({ length: methods }, () => 0)
  const [first, ranks, above] = [zeros(), values.map(zeros), values.map(zeros)]
  const printed = values.map((row) => weighted(row, ones(units), weights))
  const order = orderOf(printed, better)
  const random = seededRandom(seed)
  let sameOrder = 0
  let tau: number | null = 0
  for (let r = 0; r < resamples; r++) {
    const counts = new Float64Array(units)
    for (let u = 0; u < units; u++) counts[random.below(units)]++
    const means = values.map((row) => weighted(row, counts, weights))
    const drawn = orderOf(means, better)
    first[drawn[0]]++
    if (drawn.every((method, rank) => method === order[rank])) sameOrder++
    for (const [rank, method] of drawn.entries()) ranks[method][rank]++
    for (let a = 0; a < methods; a++) for (let b = 0; b < methods; b++) if (means[a] > means[b]) above[a][b]++
    const agreement = kendallTau(means, printed)
    tau = tau === null || agreement === null ? null : tau + agreement
  }
  const share = (count: number) => count / resamples
  return {
    resamples,
    seed,
    sameOrder: share(sameOrder),
    first: first.map(share),
    ranks: ranks.map((row) => row.map(share)),
    above: above.map((row) => row.map(share)),
    tau: tau === null ? null : tau / resamples,
  }
}

/** Positions of the values, best first; equal ones in their order. */
export function orderOf(values: readonly number[], better: 'higher' | 'lower'): number[] {
  const sign = better === 'higher' ? -1 : 1
  return [...values.keys()].toSorted((a, b) => sign * (values[a] - values[b]) || a - b)
}

function weighted(row: Float64Array, counts: Float64Array, weights: Float64Array | undefined): number {
  let sum = 0
  let total = 0
  for (let u = 0; u < row.length; u++) {
    const weight = counts[u] * (weights?.[u] ?? 1)
    sum += weight * row[u]
    total += weight
  }
  return sum / total
}

function ones(n: number): Float64Array {
  return new Float64Array(n).fill(1)
}
