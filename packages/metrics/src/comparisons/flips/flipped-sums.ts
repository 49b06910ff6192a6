import type { FlipPatterns } from './flip-patterns.ts'

/** Up to so many units every choice of units is taken; beyond, random ones. */
export const MOST_EXACT_UNITS = 20

/** Sums over the chosen units, a choice each. */
export interface FlippedSums {
  /** Sum of the units' differences. */
  sums: Float64Array
  /** Sum of their weights; 0 where no unit was chosen. */
  weights: Float64Array
  /** What each count starts at: 0 where all choices are taken, 1 where they are drawn (the observed pattern counts). */
  extra: 0 | 1
}

/** Sums over every choice of units, the empty one among them; bit g of the index chooses unit g. For at most `MOST_EXACT_UNITS`. */
export function allFlippedSums(differences: Float64Array, weights: Float64Array): FlippedSums {
  return { sums: allSubsetSums(differences), weights: allSubsetSums(weights), extra: 0 }
}

/** Sums over the drawn choices. */
export function drawnFlippedSums(
  differences: Float64Array,
  weights: Float64Array,
  patterns: FlipPatterns,
): FlippedSums {
  return { sums: drawnSums(differences, patterns), weights: weightSums(weights, patterns), extra: 1 }
}

/** Pairs of a column weigh their units alike: the same array is summed once. */
const summedWeights = new WeakMap<FlipPatterns, { weights: Float64Array; sums: Float64Array }>()

function weightSums(weights: Float64Array, patterns: FlipPatterns): Float64Array {
  const known = summedWeights.get(patterns)
  if (known?.weights === weights) return known.sums
  const sums = drawnSums(weights, patterns)
  summedWeights.set(patterns, { weights, sums })
  return sums
}

/** The sum of each subset is a low half's and a high half's, each added up directly: nothing accumulates over the enumeration. */
function allSubsetSums(values: Float64Array): Float64Array {
  const half = values.length >> 1
  const low = directSums(values.subarray(0, half))
  const high = directSums(values.subarray(half))
  const sums = new Float64Array(2 ** values.length)
  for (let h = 0; h < high.length; h++) {
    const start = h * low.length
    for (let l = 0; l < low.length; l++) sums[start + l] = low[l] + high[h]
  }
  return sums
}

function directSums(values: Float64Array): Float64Array {
  return Float64Array.from({ length: 2 ** values.length }, (_, set) => {
    let sum = 0
    for (let i = 0; i < values.length; i++) if ((set >> i) & 1) sum += values[i]
    return sum
  })
}

/** Eight units at a time by a table of their 256 sums. */
function drawnSums(values: Float64Array, { bytes, draws }: FlipPatterns): Float64Array {
  const sums = new Float64Array(draws)
  for (let column = 0; column < bytes.length; column++) {
    const group = values.subarray(8 * column, 8 * column + 8)
    const table = directSums(group)
    const chosen = bytes[column]
    const mask = table.length - 1
    for (let draw = 0; draw < draws; draw++) sums[draw] += table[chosen[draw] & mask]
  }
  return sums
}
