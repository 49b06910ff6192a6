import type { ClipEvaluator } from '../../intervals/clip-evaluator.ts'
import { groupByClip } from '../../intervals/units/clip-groups.ts'
import { centredRows, meanRow } from '../../features/feature-matrix.ts'
import { areHeld, type FeatureRows, held } from '../../features/feature-rows.ts'
import { multiply, type Matrix } from '../../linear-algebra/multiply.ts'
import { pivotedCholesky } from '../../linear-algebra/pivoted-cholesky.ts'
import { singularValues } from './nuclear-norm.ts'
import { factorSide } from './factor-side.ts'
import { isGaussian, type RowsOrGaussian } from '../../features/rows-or-gaussian.ts'
import type { FactoredGaussian } from './frechet.ts'
import { once } from '../../intervals/once.ts'
import type { FrechetRecipe } from './frechet-recipe.ts'

// The Fréchet distance of resampled rows without going back to the features where that can be avoided.
//
// With weights w (how often a row counts), W = Σw, the centred weighted rows are D^½(I − 1wᵀ/W)X, and the trace of the root
// is the nuclear norm of their products with the other side's factor. So the products of all rows are formed once; a resample
// scales, centres and takes singular values. Where both sides have more rows than dimensions and both are resampled, those
// products would be larger than the d × d covariances, and the reference is factored anew each time.

/** Products up to this many values (8 bytes each) are formed once and kept. */
const MOST_PRODUCTS = 2.5e7

/**
 * @param resampleReference whether the reference's clips get weights too; statistics cannot
 * @param counting share of the generated rows that a weighting keeps, for the nominal seconds: half of two methods' rows
 */
export async function frechetEvaluator(
  recipe: FrechetRecipe,
  generated: FeatureRows,
  reference: RowsOrGaussian,
  resampleReference: boolean,
  counting = 1,
): Promise<ClipEvaluator> {
  if (isGaussian(reference) || !resampleReference) return fixedReference(recipe, generated, reference, counting)
  const smallest = Math.min(generated.rows, reference.rows)
  if (smallest <= generated.dimension && generated.rows * reference.rows <= MOST_PRODUCTS)
    return byProducts(recipe, await weightedSide(generated, recipe.ddof), await weightedSide(reference, recipe.ddof))
  return byCovariance(recipe, generated, reference)
}

/** Rows ready for weighting. */
interface WeightedSide {
  rows: Matrix
  /** `[rows]` squared length of each centred row. */
  lengths: Float64Array
  mean: Float64Array
  groupOfRow: Int32Array
  clips: number
  ddof: 0 | 1
}

async function weightedSide(side: FeatureRows, ddof: 0 | 1): Promise<WeightedSide> {
  const features = await held(side)
  const mean = meanRow(features)
  const rows = centredRows(features, mean)
  const lengths = new Float64Array(rows.rows)
  for (let i = 0; i < rows.rows; i++) {
    for (let j = 0; j < rows.columns; j++) lengths[i] += rows.data[i * rows.columns + j] ** 2
  }
  const { ids, groupOfRow } = groupByClip(features)
  return { rows, lengths, mean, groupOfRow, clips: ids.length, ddof }
}

/** What a weighting makes of a side. */
interface Weighting {
  /** Rows that count, and √(weight / (W − ddof)) of each. */
  kept: Int32Array
  scales: Float64Array
  /** `[rows]` weight / W. */
  shares: Float64Array
  /** `[d]` */
  mean: Float64Array
  trace: number
}

function weigh(side: WeightedSide, clipWeights: Float64Array): Weighting {
  const { rows, lengths, groupOfRow, ddof } = side
  const weights = Float64Array.from(groupOfRow, (group) => clipWeights[group])
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const divisor = total - ddof
  const kept: number[] = []
  weights.forEach((weight, i) => weight > 0 && kept.push(i))
  const shift = new Float64Array(rows.columns)
  let squares = 0
  for (const i of kept) {
    const share = weights[i] / total
    squares += weights[i] * lengths[i]
    const at = i * rows.columns
    for (let j = 0; j < rows.columns; j++) shift[j] += share * rows.data[at + j]
  }
  const shiftLength = shift.reduce((sum, value) => sum + value * value, 0)
  return {
    kept: Int32Array.from(kept),
    scales: Float64Array.from(kept, (i) => Math.sqrt(weights[i] / divisor)),
    shares: weights.map((weight) => weight / total),
    mean: side.mean.map((value, j) => value + shift[j]),
    trace: Math.max(0, squares - total * shiftLength) / divisor,
  }
}

async function distanceOf(
  recipe: FrechetRecipe,
  a: { mean: Float64Array; trace: number },
  b: { mean: Float64Array; trace: number },
  cross: Matrix,
): Promise<number> {
  const roots = await singularValues(cross, 'gram')
  const below = recipe.unrootedBelow
  const traceRoot = roots.reduce((sum, root) => sum + (root * root < below ? root * root : root), 0)
  let meanTerm = 0
  for (let j = 0; j < a.mean.length; j++) meanTerm += (a.mean[j] - b.mean[j]) ** 2
  return Math.max(0, meanTerm + a.trace + b.trace - 2 * traceRoot)
}

/** The reference as it is: C = D^½(I − 1wᵀ/W)(XF), with XF formed once, when the first value is asked for. */
async function fixedReference(
  recipe: FrechetRecipe,
  generated: FeatureRows,
  reference: RowsOrGaussian,
  counting: number,
): Promise<ClipEvaluator> {
  const factored = once(() => factorSide(reference, recipe, 'reference'))
  const prepare = once(async () => {
    const x = await weightedSide(generated, recipe.ddof)
    const y = await factored()
    return { x, y, products: await multiply(x.rows, y.factor, { transposeB: y.transposed }) }
  })
  const isRows = !isGaussian(reference)
  // Of very many rows nothing is read before a value is asked for, which mostly never happens: their rank is taken for full.
  const rank = isRows && !areHeld(reference) ? Math.min(reference.rows, reference.dimension) : rankOf(await factored())
  return {
    generatedClips: groupByClip(generated).ids.length,
    referenceClips: isRows ? groupByClip(reference).ids.length : 0,
    nominalSeconds: singularValueSeconds(counting * generated.rows, rank),
    async value(weights, referenceWeights) {
      if (referenceWeights !== undefined && referenceWeights.some((weight) => weight !== 1)) {
        throw new RangeError('frechetEvaluator: this reference was prepared without resampling')
      }
      const { x, y, products } = await prepare()
      const a = weigh(x, weights)
      return distanceOf(recipe, a, y, centreAndScaleRows(products, a))
    },
  }
}

function rankOf({ factor, transposed }: FactoredGaussian): number {
  return transposed ? factor.rows : factor.columns
}

/** Both sides resampled, products of all rows: C = D₁^½(I − 1w₁ᵀ/W₁)XYᵀ(I − w₂1ᵀ/W₂)D₂^½. */
async function byProducts(recipe: FrechetRecipe, x: WeightedSide, y: WeightedSide): Promise<ClipEvaluator> {
  const products = await multiply(x.rows, y.rows, { transposeB: true })
  return {
    generatedClips: x.clips,
    referenceClips: y.clips,
    nominalSeconds: singularValueSeconds(0.65 * x.rows.rows, 0.65 * y.rows.rows),
    async value(weights, referenceWeights = new Float64Array(y.clips).fill(1)) {
      const a = weigh(x, weights)
      const b = weigh(y, referenceWeights)
      return distanceOf(recipe, a, b, centreAndScaleColumns(centreAndScaleRows(products, a), b))
    },
  }
}

/**
 * Both sides resampled, many rows: the reference's weighted covariance is factored for each resample. The float64 copies of the
 * rows, twice the features themselves, are made when the first value is asked for, which for many rows never happens.
 */
function byCovariance(recipe: FrechetRecipe, generated: FeatureRows, reference: FeatureRows): ClipEvaluator {
  const d = generated.dimension
  const seconds =
    (2 * d * d * (reference.rows + generated.rows) * 0.65 + d ** 3) / 5e10 +
    1e-8 * d * d +
    singularValueSeconds(0.65 * generated.rows, d)
  const prepare = once(async () => ({
    x: await weightedSide(generated, recipe.ddof),
    y: await weightedSide(reference, recipe.ddof),
  }))
  const referenceClips = groupByClip(reference).ids.length
  return {
    generatedClips: groupByClip(generated).ids.length,
    referenceClips,
    nominalSeconds: seconds,
    async value(weights: Float64Array, referenceWeights = new Float64Array(referenceClips).fill(1)) {
      const { x, y } = await prepare()
      const a = weigh(x, weights)
      const b = weigh(y, referenceWeights)
      const rows = centreAndScaleRows(y.rows, b)
      const { factor } = await pivotedCholesky(await multiply(rows, rows, { transposeA: true }))
      return distanceOf(recipe, a, b, await multiply(centreAndScaleRows(x.rows, a), factor))
    },
  }
}

/** Keeps the rows that count, less the weighted mean row, each times its scale. */
function centreAndScaleRows(matrix: Matrix, { kept, scales, shares }: Weighting): Matrix {
  const { columns } = matrix
  const mean = new Float64Array(columns)
  for (const i of kept) {
    const share = shares[i]
    const at = i * columns
    for (let j = 0; j < columns; j++) mean[j] += share * matrix.data[at + j]
  }
  const data = new Float64Array(kept.length * columns)
  for (let k = 0; k < kept.length; k++) {
    const from = kept[k] * columns
    const scale = scales[k]
    for (let j = 0; j < columns; j++) data[k * columns + j] = scale * (matrix.data[from + j] - mean[j])
  }
  return { data, rows: kept.length, columns }
}

/** The same of columns. */
function centreAndScaleColumns(matrix: Matrix, { kept, scales, shares }: Weighting): Matrix {
  const columns = kept.length
  const data = new Float64Array(matrix.rows * columns)
  for (let i = 0; i < matrix.rows; i++) {
    const at = i * matrix.columns
    let mean = 0
    for (const j of kept) mean += shares[j] * matrix.data[at + j]
    for (let k = 0; k < columns; k++) data[i * columns + k] = scales[k] * (matrix.data[at + kept[k]] - mean)
  }
  return { data, rows: matrix.rows, columns }
}

/** Of an m × n matrix: its Gram matrix and the eigenvalues, as measured at 18 to 2,048. */
function singularValueSeconds(m: number, n: number): number {
  const small = Math.min(m, n)
  const large = Math.max(m, n)
  return 2e-4 + (2 * small * small * large) / 5e10 + 2.5e-7 * small ** 2 + 1.5e-10 * small ** 3 + 2e-9 * m * n
}
