import { openFlips } from '../../packages/metrics/src/comparisons/flips/sign-flip.ts'
import { flipPatterns } from '../../packages/metrics/src/comparisons/flips/flip-patterns.ts'
import { MOST_EXACT_UNITS } from '../../packages/metrics/src/comparisons/flips/flipped-sums.ts'
import { pairKinds, part } from './draws.ts'
import { percent, printTable, repetitions } from './markdown.ts'

const SEED = 7
export const DRAWS = 9999

/** Rejections at 5 % of sign flips where two methods have the same mean (or, in the last two columns, only the same mean). */
export function pairs(small: boolean): void {
  console.log(
    `## Two methods: rejections at 5 % without a true difference (%), ${DRAWS} draws beyond ${MOST_EXACT_UNITS} clips, seed ${SEED}\n`,
  )
  const rows = [6, 8, 12, 29, 100, 1000].map((n, i) => {
    const runs = repetitions(n <= 12 ? 10_000 : n <= 100 ? 2000 : 400, small)
    return [n, runs, ...pairKinds.map((kind, k) => percent(rejected(kind, n, runs, 10 * i + k), runs))]
  })
  printTable(['n', 'pairs', ...pairKinds.map(({ name }) => name)], rows)
}

function rejected(kind: (typeof pairKinds)[number], n: number, runs: number, index: number): number {
  const random = part(SEED, index)
  const sums = new Float64Array(n)
  const weights = onesOf(n)
  let count = 0
  // New draws of the signs every 20 pairs: their noise is averaged, and costs little.
  let patterns = patternsFor(n, index)
  for (let r = 0; r < runs; r++) {
    if (r % 20 === 19) patterns = patternsFor(n, index + 1000 * r)
    for (let i = 0; i < n; i++) sums[i] = kind.draw(random)
    const { pGreater, pLess } = openFlips({ sums, weights }, { patterns }).tails(0)
    if (2 * Math.min(pGreater, pLess) <= 0.05) count++
  }
  return count
}

/** Undefined where all patterns are taken. */
export function patternsFor(n: number, seed: number) {
  return n <= MOST_EXACT_UNITS ? undefined : flipPatterns(n, DRAWS, seed)
}

const ones = new Map<number, Float64Array>()

/** Weights of 1; the same array for one n, so that their sums are made once for all pairs. */
export function onesOf(n: number): Float64Array {
  const known = ones.get(n) ?? new Float64Array(n).fill(1)
  ones.set(n, known)
  return known
}
