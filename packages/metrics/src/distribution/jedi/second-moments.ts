import { type FeatureRows, held, rowBlocks } from '../../features/feature-rows.ts'
import { centredColumns } from '../../features/feature-matrix.ts'
import { isGaussian, type RowsOrGaussian } from '../../features/rows-or-gaussian.ts'
import { multiply, type Matrix } from '../../linear-algebra/multiply.ts'
import { addGram, upperPanels, wholeMatrix } from '../../linear-algebra/upper-panels.ts'

// The kernel k(x, y) = (x·y)² has no constant term, and so sees of a set only M = mean of x xᵀ:
//
//   mean k(x, y) = ⟨Mx, My⟩,   mean k(x, x') + mean k(y, y') − 2·mean k(x, y) = ‖Mx − My‖²
//
// with the Frobenius product, pairs of a row with itself included. Of many rows the d × d matrices are less work than all pairs; of few rows the pairs are,
// and nothing of d × d is made.

/** What a pair of sides is to (x·y)², not yet divided by the dimension's square. */
export interface MomentProducts {
  /** ‖Mx − My‖². */
  between: number
  generated: MomentSide
  reference: MomentSide
}

export interface MomentSide {
  /** ‖M‖² = mean of k over all pairs of a side. */
  square: number
  /** Mean of k(x, x) = mean of ‖x‖⁴; undefined for statistics. */
  self: number | undefined
  /** Undefined for statistics that do not say. */
  rows: number | undefined
}

const BLOCK_ROWS = 1024

/** Whether pairs are less work than moments. */
export function pairsAreFewer(generated: RowsOrGaussian, reference: RowsOrGaussian): boolean {
  return !isGaussian(generated) && !isGaussian(reference) && generated.rows + reference.rows <= generated.dimension
}

/** Of sides of one dimension, whose rows are finite. */
export async function momentProducts(generated: RowsOrGaussian, reference: RowsOrGaussian): Promise<MomentProducts> {
  if (!isGaussian(generated) && !isGaussian(reference) && pairsAreFewer(generated, reference))
    return productsOfPairs(generated, reference)
  const [a, b] = [await knownMoment(generated), await knownMoment(reference)]
  let between = 0
  for (let i = 0; i < a.moment.length; i++) between += (a.moment[i] - b.moment[i]) ** 2
  return { between, generated: sideOf(a), reference: sideOf(b) }
}

/** The second moment of a side and the mean fourth power of its rows' lengths. */
export interface SecondMoment {
  rows: number | undefined
  /** `[dimension, dimension]` mean of x xᵀ. */
  moment: Float64Array
  self: number | undefined
}

// The value, the influences and a comparison ask for the same sides.
const known = new WeakMap<RowsOrGaussian, Promise<SecondMoment>>()

/** Remembered as long as the side lives. */
export function knownMoment(side: RowsOrGaussian): Promise<SecondMoment> {
  const found = known.get(side)
  if (found !== undefined) return found
  const moment = isGaussian(side) ? Promise.resolve(momentOfGaussian(side)) : momentOfRows(side)
  known.set(side, moment)
  return moment
}

async function momentOfRows(side: FeatureRows): Promise<SecondMoment> {
  const { rows, dimension } = side
  const zero = new Float64Array(dimension)
  let [sums, spare] = [upperPanels(dimension), upperPanels(dimension)]
  let columns = new Float64Array(0)
  let self = 0
  for await (const { block } of rowBlocks(side, BLOCK_ROWS)) {
    if (columns.length < block.data.length) columns = new Float64Array(block.data.length)
    await addGram(centredColumns(block.data, block.rows, zero, columns), sums, spare)
    ;[sums, spare] = [spare, sums]
    for (let i = 0; i < block.rows; i++) {
      let square = 0
      for (let at = i * dimension; at < (i + 1) * dimension; at++) square += block.data[at] ** 2
      self += square ** 2
    }
  }
  const moment = wholeMatrix(sums)
  for (let i = 0; i < moment.length; i++) moment[i] /= rows
  return { rows, moment, self: self / rows }
}

/** Σ·(N − ddof)/N + μμᵀ; of statistics that do not say how many rows they are of, Σ as it is. */
function momentOfGaussian(side: Extract<RowsOrGaussian, { covariance: Float64Array }>): SecondMoment {
  const { dimension, mean, covariance, count, ddof } = side
  const factor = count === undefined ? 1 : (count - (ddof ?? 0)) / count
  const moment = Float64Array.from(
    covariance,
    (value, at) => factor * value + mean[Math.floor(at / dimension)] * mean[at % dimension],
  )
  return { rows: count, moment, self: undefined }
}

function sideOf({ rows, moment, self }: SecondMoment): MomentSide {
  return { rows, self, square: moment.reduce((sum, value) => sum + value * value, 0) }
}

async function productsOfPairs(generated: FeatureRows, reference: FeatureRows): Promise<MomentProducts> {
  const [x, y] = [await asMatrix(generated), await asMatrix(reference)]
  const own = await pairMean(x, x)
  const theirs = await pairMean(y, y)
  const across = await pairMean(x, y)
  return {
    between: own.mean + theirs.mean - 2 * across.mean,
    generated: { square: own.mean, self: own.self, rows: x.rows },
    reference: { square: theirs.mean, self: theirs.self, rows: y.rows },
  }
}

async function pairMean(x: Matrix, y: Matrix): Promise<{ mean: number; self: number }> {
  const { data, columns, rows } = await multiply(x, y, { transposeB: true })
  const mean = data.reduce((sum, value) => sum + value * value, 0) / (rows * columns)
  let self = 0
  for (let i = 0; i < Math.min(rows, columns); i++) self += data[i * columns + i] ** 2
  return { mean, self: self / rows }
}

async function asMatrix(side: FeatureRows): Promise<Matrix> {
  const { data, rows, dimension } = await held(side)
  return { data: data instanceof Float64Array ? data : Float64Array.from(data), rows, columns: dimension }
}
