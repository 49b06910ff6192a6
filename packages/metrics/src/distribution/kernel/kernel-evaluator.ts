import { metricError } from '../../recipes/metric-error.ts'
import type { ClipEvaluator } from '../../intervals/clip-evaluator.ts'
import { groupByClip } from '../../intervals/units/clip-groups.ts'
import { type FeatureRows, rowBlocks } from '../../features/feature-rows.ts'
import { kernelBlock } from './kernel-distance.ts'
import { centred } from './centred.ts'
import type { KernelRecipe } from './kernel-recipe.ts'

// Unbiased MMD² of resampled clips, from the kernel values summed over pairs of clips. Two copies of a clip in a resample are
// not two clips: pairs of a row with its own copy would be pairs of a row with itself, which the estimator leaves out, and so
// are all pairs between copies of one clip.

/** Most clips a side for which the sums over pairs of clips are kept: three matrices of 134 MB. */
export const MOST_KERNEL_CLIPS = 4096

const BLOCK_ROWS = 1024

/**
 * Of a recipe with subsets the evaluator is the estimator on all rows, which is the subsets' expectation. `centred` sides are
 * centred once, before any weighting.
 *
 * @throws KinemetricError `too-many` for more clips than MOST_KERNEL_CLIPS a side
 */
export async function kernelEvaluator(
  recipe: KernelRecipe,
  generated: FeatureRows,
  reference: FeatureRows,
): Promise<ClipEvaluator> {
  const x = recipe.estimator === 'centred' ? await centred(generated) : generated
  const y = recipe.estimator === 'centred' ? await centred(reference) : reference
  const a = groupByClip(x)
  const b = groupByClip(y)
  const m = a.ids.length
  const n = b.ids.length
  if (Math.max(m, n) > MOST_KERNEL_CLIPS) {
    throw metricError('too-many', 'resampling', {
      expected: `at most ${MOST_KERNEL_CLIPS} clips a side`,
      found: `${m} and ${n}`,
    })
  }
  const selfA = await clipSums(x, a.groupOfRow, m, x, a.groupOfRow, m, true)
  // A side against itself, as the floor asks for: the same sums, once.
  const same = generated === reference
  const selfB = same ? selfA : await clipSums(y, b.groupOfRow, n, y, b.groupOfRow, n, true)
  const cross = await clipSums(x, a.groupOfRow, m, y, b.groupOfRow, n, false)
  const sizesA = clipSizes(a.groupOfRow, m)
  const sizesB = clipSizes(b.groupOfRow, n)
  return {
    generatedClips: m,
    referenceClips: n,
    nominalSeconds: (m * m + n * n + m * n) * 1.5e-9,
    withoutEach: (side) => withoutEach(side, { selfA, sizesA, selfB, sizesB, cross, scale: recipe.scale }),
    value(weightsA, weightsB = new Float64Array(n).fill(1)) {
      const self = withinMean(selfA, sizesA, weightsA) + withinMean(selfB, sizesB, weightsB)
      return Promise.resolve((self - 2 * crossMean(cross, sizesA, weightsA, sizesB, weightsB)) * recipe.scale)
    },
  }
}

/** Sums of kernel values over pairs of clips, and rows of each clip. */
interface KernelClipSums {
  selfA: Float64Array
  sizesA: Float64Array
  selfB: Float64Array
  sizesB: Float64Array
  cross: Float64Array
  scale: number
}

/** Without clip c the sums lose its row and its column, which come from their totals. */
function withoutEach(side: 'generated' | 'reference' | 'both', sums: KernelClipSums): Float64Array {
  const { sizesA, sizesB, cross, scale } = sums
  const [m, n] = [sizesA.length, sizesB.length]
  const generated = sideWithout(sums.selfA, sizesA, side !== 'reference')
  const reference = sideWithout(sums.selfB, sizesB, side !== 'generated')
  const acrossGenerated = Float64Array.from(sizesA, (_, c) => sum(cross.subarray(c * n, (c + 1) * n)))
  const acrossReference = new Float64Array(n)
  for (let c = 0; c < m; c++) for (let k = 0; k < n; k++) acrossReference[k] += cross[c * n + k]
  const totalCross = sum(acrossGenerated)
  return Float64Array.from({ length: side === 'reference' ? n : m }, (_, c) => {
    const a = generated(c)
    const b = reference(c)
    const left =
      totalCross -
      (side === 'reference' ? 0 : acrossGenerated[c]) -
      (side === 'generated' ? 0 : acrossReference[c]) +
      (side === 'both' ? cross[c * n + c] : 0)
    return scale * (a.mean + b.mean - (2 * left) / (a.rows * b.rows))
  })
}

/** Rows and mean kernel value of one side without clip c, or of the whole side. */
function sideWithout(
  self: Float64Array,
  sizes: Float64Array,
  loses: boolean,
): (c: number) => { rows: number; mean: number } {
  const n = sizes.length
  const rows = sum(sizes)
  const total = sum(self)
  const whole = { rows, mean: total / (rows * (rows - 1)) }
  if (!loses) return () => whole
  return (c) => {
    const left = rows - sizes[c]
    const within = total - 2 * sum(self.subarray(c * n, (c + 1) * n)) + self[c * n + c]
    return { rows: left, mean: within / (left * (left - 1)) }
  }
}

/** `[m, n]` sums of k over the pairs of rows of two clips; of one side with itself without the pairs of a row with itself. */
async function clipSums(
  x: FeatureRows,
  groupsX: Int32Array,
  m: number,
  y: FeatureRows,
  groupsY: Int32Array,
  n: number,
  self: boolean,
): Promise<Float64Array> {
  const sums = new Float64Array(m * n)
  for await (const { start: i, block: own } of rowBlocks(x, BLOCK_ROWS))
    for await (const { start: j, block: other } of rowBlocks(y, BLOCK_ROWS)) {
      const { data, columns } = await kernelBlock(own, other)
      for (let r = i; r < i + own.rows; r++) {
        const to = groupsX[r] * n
        const from = (r - i) * columns - j
        for (let c = j; c < j + other.rows; c++) {
          if (!self || r !== c) sums[to + groupsY[c]] += data[from + c]
        }
      }
    }
  return sums
}

function clipSizes(groups: Int32Array, clips: number): Float64Array {
  const sizes = new Float64Array(clips)
  for (const group of groups) sizes[group]++
  return sizes
}

function withinMean(sums: Float64Array, sizes: Float64Array, weights: Float64Array): number {
  const n = sizes.length
  let sum = 0
  let pairs = 0
  let rows = 0
  let squares = 0
  for (let c = 0; c < n; c++) {
    const weight = weights[c]
    if (weight === 0) continue
    let row = 0
    for (let k = 0; k < n; k++) row += weights[k] * sums[c * n + k]
    sum += weight * (row - weight * sums[c * n + c]) + weight * sums[c * n + c]
    rows += weight * sizes[c]
    squares += (weight * sizes[c]) ** 2
    pairs += weight * sizes[c] * (sizes[c] - 1)
  }
  return sum / (rows * rows - squares + pairs)
}

function crossMean(
  sums: Float64Array,
  sizesA: Float64Array,
  weightsA: Float64Array,
  sizesB: Float64Array,
  weightsB: Float64Array,
): number {
  const n = sizesB.length
  let sum = 0
  let rowsA = 0
  let rowsB = 0
  for (let k = 0; k < n; k++) rowsB += weightsB[k] * sizesB[k]
  for (let c = 0; c < sizesA.length; c++) {
    if (weightsA[c] === 0) continue
    let row = 0
    for (let k = 0; k < n; k++) row += weightsB[k] * sums[c * n + k]
    sum += weightsA[c] * row
    rowsA += weightsA[c] * sizesA[c]
  }
  return sum / (rowsA * rowsB)
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}
