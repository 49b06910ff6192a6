import type { FeatureRows } from '../../features/feature-rows.ts'
import { groupByClip } from '../../intervals/units/clip-groups.ts'
import type { DistanceCost } from '../../spec/distance.ts'
import { kernelSums } from './kernel-distance.ts'
import { MOST_KERNEL_CLIPS } from './kernel-evaluator.ts'
import { isDrawn, type KernelRecipe } from './kernel-recipe.ts'

type Size = Pick<FeatureRows, 'rows' | 'dimension' | 'clipOfRow'>

/** Seconds of a machine of 50 GFLOP/s that the pairs of a drawn recipe's interval may take: beyond, the drawn subsets stand for them. */
const PAIR_SECONDS = 60
/** Of what takes such a machine less nothing is measured. */
const NOT_WORTH_A_WORD = 10

/** Seconds of a machine of 50 GFLOP/s. */
function nominalSeconds(pairs: number, dimension: number): number {
  return (2 * pairs * dimension) / 5e10
}

/** Whether all pairs take more than a minute of a machine of 50 GFLOP/s: the same on every machine, so that a record is. */
export function takesMinutes(generated: Size, reference: Size): boolean {
  return nominalSeconds(allPairs(generated.rows, reference.rows), generated.dimension) > PAIR_SECONDS
}

/** Pairs of rows of each side and of both, each once. */
function allPairs(m: number, n: number): number {
  return (m * m + n * n) / 2 + m * n
}

/**
 * Kernel values that a score needs.
 *
 * @param sure with interval and floor, which for up to `MOST_KERNEL_CLIPS` clips take the pairs of rows again
 */
export function pairsOfScore(recipe: KernelRecipe, generated: Size, reference: Size, sure: boolean): number {
  const [m, n] = [generated.rows, reference.rows]
  if (isDrawn(recipe) && takesMinutes(generated, reference)) {
    const size = Math.min(recipe.subsetSize, m, n)
    return recipe.subsets * allPairs(size, size)
  }
  if (!sure) return allPairs(m, n)
  const [a, b] = [generated, reference].map((side) => groupByClip(side).ids.length)
  const interval = Math.max(a, b) <= MOST_KERNEL_CLIPS ? m * m + n * n + m * n : 0
  const floor = b <= MOST_KERNEL_CLIPS ? 2 * n * n : 0
  return allPairs(m, n) + interval + floor
}

/** What a score takes on this machine, by the kernel values of a few rows where that is much. */
export async function kernelCost(
  recipe: KernelRecipe,
  generated: Size,
  reference: Size,
  sure: boolean,
): Promise<DistanceCost> {
  const { dimension } = generated
  const pairs = pairsOfScore(recipe, generated, reference, sure)
  const [m, n] = [generated.rows, reference.rows].map((rows) => rows.toLocaleString('en'))
  const of = isDrawn(recipe)
    ? `${recipe.subsets} drawn subsets of ${recipe.subsetSize.toLocaleString('en')} rows a side`
    : `all pairs of ${m} and ${n} rows`
  const nominal = nominalSeconds(pairs, dimension)
  return { seconds: nominal < NOT_WORTH_A_WORD ? nominal : pairs * (await secondsOfPair(dimension)), of }
}

/** What the products of all pairs of rows take on this machine, measured where that is much. */
export async function pairCost(generated: Size, reference: Size): Promise<DistanceCost> {
  const pairs = allPairs(generated.rows, reference.rows)
  const nominal = nominalSeconds(pairs, generated.dimension)
  const [m, n] = [generated.rows, reference.rows].map((rows) => rows.toLocaleString('en'))
  const seconds = nominal < NOT_WORTH_A_WORD ? nominal : pairs * (await secondsOfPair(generated.dimension))
  return { seconds, of: `all pairs of ${m} and ${n} rows` }
}

const ROWS = 1024
const FEWEST_TIMES = 3
const measured = new Map<number, Promise<number>>()

/** Measured once: about a second. */
function secondsOfPair(dimension: number): Promise<number> {
  const known = measured.get(dimension) ?? measurePairs(dimension)
  measured.set(dimension, known)
  return known
}

async function measurePairs(dimension: number): Promise<number> {
  const rows = { data: new Float64Array(ROWS * dimension).fill(0.5), rows: ROWS, dimension }
  let best = Number.POSITIVE_INFINITY
  const begun = performance.now()
  // The first time is also that of opening the product, and of a busy machine one time alone says little.
  for (let k = 0; k < FEWEST_TIMES || performance.now() - begun < 1000; k++) {
    const start = performance.now()
    await kernelSums(rows, rows)
    best = Math.min(best, (performance.now() - start) / 1000)
  }
  return best / allPairs(ROWS, ROWS)
}
