import { type FeatureRows, rowBlocks } from '../../features/feature-rows.ts'
import type { ClipEvaluator } from '../../intervals/clip-evaluator.ts'
import { groupByClip } from '../../intervals/units/clip-groups.ts'
import { multiply, type Matrix } from '../../linear-algebra/multiply.ts'
import type { FeatureMatrix } from '../../features/feature-matrix.ts'
import type { JediRecipe } from './jedi-recipe.ts'
import { JEDI_SCALE } from './jedi-score.ts'

// JEDi of clips that count more or less, from (x·y)² summed over the rows of pairs of clips. Where pairs of a row with itself are left out, so are all pairs
// between copies of one clip, which are such.

/** Most clips a side whose pairs are held: three matrices of 134 MB. */
export const MOST_JEDI_CLIPS = 4096

const BLOCK_ROWS = 1024

/** @returns undefined where there are too many clips */
export async function jediEvaluator(
  recipe: JediRecipe,
  generated: FeatureRows,
  reference: FeatureRows,
): Promise<ClipEvaluator | undefined> {
  const [a, b] = [sideOf(generated), sideOf(reference)]
  if (Math.max(a.clips, b.clips) > MOST_JEDI_CLIPS) return undefined
  const counted = recipe.selfPairs === 'counted'
  const x = { ...a, sums: await clipPairs(a, a, !counted) }
  // A side against itself, as the floor asks for: the same sums, once.
  const y = generated === reference ? x : { ...b, sums: await clipPairs(b, b, !counted) }
  const cross = await clipPairs(a, b, false)
  const scale = JEDI_SCALE / generated.dimension ** 2
  return {
    generatedClips: a.clips,
    referenceClips: b.clips,
    nominalSeconds: (a.clips ** 2 + b.clips ** 2 + a.clips * b.clips) * 1.5e-9,
    withoutEach: (side) => withoutEach(side, x, y, cross, counted).map((value) => value * scale),
    value: (weightsA, weightsB = new Float64Array(b.clips).fill(1)) => {
      const within = withinMean(x, weightsA, counted) + withinMean(y, weightsB, counted)
      const across = quadratic(cross, weightsA, weightsB) / (weigh(a.sizes, weightsA) * weigh(b.sizes, weightsB))
      return Promise.resolve((within - 2 * across) * scale)
    },
  }
}

interface ClipSide {
  rows: FeatureRows
  groups: Int32Array
  clips: number
  /** Rows of each clip. */
  sizes: Float64Array
}

interface SummedSide extends ClipSide {
  /** `[clips, clips]` */
  sums: Float64Array
}

function sideOf(rows: FeatureRows): ClipSide {
  const { ids, groupOfRow } = groupByClip(rows)
  const sizes = new Float64Array(ids.length)
  for (const group of groupOfRow) sizes[group]++
  return { rows, groups: groupOfRow, clips: ids.length, sizes }
}

/** `[a.clips, b.clips]` sums of (x·y)². */
async function clipPairs(a: ClipSide, b: ClipSide, withoutSelf: boolean): Promise<Float64Array> {
  const sums = new Float64Array(a.clips * b.clips)
  for await (const { start: i, block: own } of rowBlocks(a.rows, BLOCK_ROWS))
    for await (const { start: j, block: other } of rowBlocks(b.rows, BLOCK_ROWS)) {
      const { data, columns } = await multiply(asMatrix(own), asMatrix(other), { transposeB: true })
      for (let r = i; r < i + own.rows; r++) {
        const to = a.groups[r] * b.clips
        const from = (r - i) * columns - j
        for (let c = j; c < j + other.rows; c++)
          if (!withoutSelf || r !== c) sums[to + b.groups[c]] += data[from + c] ** 2
      }
    }
  return sums
}

function asMatrix({ data, rows, dimension }: FeatureMatrix): Matrix {
  return { data: data instanceof Float64Array ? data : Float64Array.from(data), rows, columns: dimension }
}

function weigh(sizes: Float64Array, weights: Float64Array): number {
  return sizes.reduce((sum, size, c) => sum + size * weights[c], 0)
}

/** aᵀ·S·b. */
function quadratic(sums: Float64Array, a: Float64Array, b: Float64Array): number {
  let total = 0
  for (let c = 0; c < a.length; c++) {
    if (a[c] === 0) continue
    let row = 0
    for (let k = 0; k < b.length; k++) row += b[k] * sums[c * b.length + k]
    total += a[c] * row
  }
  return total
}

/** Mean of the pairs within a side; of a clip that counts w times the pairs of its copies with one another are w² − w, which are left out with those of rows with themselves. */
function withinMean({ sums, sizes, clips }: SummedSide, weights: Float64Array, counted: boolean): number {
  const all = quadratic(sums, weights, weights)
  const rows = weigh(sizes, weights)
  if (counted) return all / rows ** 2
  let [copies, pairs] = [0, rows ** 2]
  for (let c = 0; c < clips; c++) {
    const [weight, size] = [weights[c], sizes[c]]
    copies += (weight * weight - weight) * sums[c * clips + c]
    pairs += weight * size * (size - 1) - (weight * size) ** 2
  }
  return (all - copies) / pairs
}

function withoutEach(
  side: 'generated' | 'reference' | 'both',
  x: SummedSide,
  y: SummedSide,
  cross: Float64Array,
  counted: boolean,
): Float64Array {
  const [m, n] = [x.clips, y.clips]
  const generated = within(x, side !== 'reference', counted)
  const reference = within(y, side !== 'generated', counted)
  const [ofGenerated, ofReference] = [new Float64Array(m), new Float64Array(n)]
  for (let c = 0; c < m; c++)
    for (let k = 0; k < n; k++) {
      ofGenerated[c] += cross[c * n + k]
      ofReference[k] += cross[c * n + k]
    }
  const total = ofGenerated.reduce((sum, value) => sum + value, 0)
  return Float64Array.from({ length: side === 'reference' ? n : m }, (_, c) => {
    const [a, b] = [generated(c), reference(c)]
    const left =
      total -
      (side === 'reference' ? 0 : ofGenerated[c]) -
      (side === 'generated' ? 0 : ofReference[c]) +
      (side === 'both' ? cross[c * n + c] : 0)
    return a.mean + b.mean - (2 * left) / (a.rows * b.rows)
  })
}

/** Rows and mean of the pairs of a side without clip c, or of the whole side. */
function within(
  { sums, sizes, clips: n }: SummedSide,
  loses: boolean,
  counted: boolean,
): (c: number) => { rows: number; mean: number } {
  const rows = sizes.reduce((sum, size) => sum + size, 0)
  const total = sums.reduce((sum, value) => sum + value, 0)
  const meanOf = (sum: number, count: number) => ({ rows: count, mean: sum / (count * (counted ? count : count - 1)) })
  const whole = meanOf(total, rows)
  if (!loses) return () => whole
  return (c) => {
    const row = sums.subarray(c * n, (c + 1) * n).reduce((sum, value) => sum + value, 0)
    return meanOf(total - 2 * row + sums[c * n + c], rows - sizes[c])
  }
}
