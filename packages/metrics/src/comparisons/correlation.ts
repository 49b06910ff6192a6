import { seededRandom } from '../intervals/seeded-random.ts'
import { normalQuantile } from '../intervals/probability/normal-distribution.ts'
import { kendallTau } from './kendall.ts'

/** Agreement of two sets of numbers, by their orders. */
export interface RankCorrelation {
  n: number
  spearman: number | null
  kendall: number | null
  /** From 10 values on, of independent values with few ties; null below. */
  spearmanInterval: { low: number; high: number } | null
  kendallInterval: { low: number; high: number } | null
}

/**
 * Spearman's ρ and Kendall's τ_b with their intervals.
 * @param x,y as long as each other, finite
 * Source: Bonett & Wright, Psychometrika 65 (2000) 23 for ρ; Fieller, Hartley & Pearson, Biometrika 44 (1957) 470 for τ. Values equal scipy's.
 */
export function rankCorrelation(x: ArrayLike<number>, y: ArrayLike<number>, level = 0.95): RankCorrelation {
  const n = x.length
  const spearman = spearmanRho(x, y)
  const kendall = kendallTau(x, y)
  const z = normalQuantile((1 + level) / 2)
  const around = (r: number | null, variance: (r: number) => number) =>
    r === null || n < 10 || Math.abs(r) === 1
      ? null
      : {
          low: Math.tanh(Math.atanh(r) - z * Math.sqrt(variance(r))),
          high: Math.tanh(Math.atanh(r) + z * Math.sqrt(variance(r))),
        }
  return {
    n,
    spearman,
    kendall,
    spearmanInterval: around(spearman, (r) => (1 + (r * r) / 2) / (n - 3)),
    kendallInterval: around(kendall, () => 0.437 / (n - 4)),
  }
}

/** Spearman's ρ: the correlation of mean ranks; null where one side has no order. */
export function spearmanRho(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  const a = meanRanks(x)
  const b = meanRanks(y)
  const middle = (a.length + 1) / 2
  let [product, squareA, squareB] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    product += (a[i] - middle) * (b[i] - middle)
    squareA += (a[i] - middle) ** 2
    squareB += (b[i] - middle) ** 2
  }
  return squareA === 0 || squareB === 0 ? null : product / Math.sqrt(squareA * squareB)
}

/**
 * Two-sided p of a correlation by permutations: all of them up to 8 values, 9,999 drawn ones (the observed one counts) beyond.
 * Null where the correlation is.
 */
export function permutationP(
  correlation: (x: ArrayLike<number>, y: ArrayLike<number>) => number | null,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  { draws = 9999, seed = 0 }: { draws?: number; seed?: number } = {},
): number | null {
  const observed = correlation(x, y)
  if (observed === null) return null
  const far = (other: readonly number[]) => Math.abs(correlation(x, other) ?? 0) >= Math.abs(observed) - 1e-12
  if (y.length <= 8) {
    let count = 0
    let all = 0
    for (const permuted of permutations(Array.from(y))) {
      all++
      if (far(permuted)) count++
    }
    return count / all
  }
  const random = seededRandom(seed)
  let count = 1
  for (let draw = 0; draw < draws; draw++) {
    const shuffled = Array.from(y)
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = random.below(i + 1)
      ;[shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]]
    }
    if (far(shuffled)) count++
  }
  return count / (draws + 1)
}

function meanRanks(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, (value) => {
    let below = 0
    let same = 0
    for (let i = 0; i < values.length; i++) {
      if (values[i] < value) below++
      if (values[i] === value) same++
    }
    return below + (same + 1) / 2
  })
}

/** Heap's algorithm; the array that is given out changes with the next step. */
function* permutations(values: number[], k = values.length): Generator<readonly number[]> {
  if (k <= 1) {
    yield values
    return
  }
  for (let i = 0; i < k; i++) {
    yield* permutations(values, k - 1)
    const j = k % 2 === 0 ? i : 0
    if (i < k - 1) [values[j], values[k - 1]] = [values[k - 1], values[j]]
  }
}
