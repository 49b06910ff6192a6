import { centredColumns, centredRows } from '../../features/feature-matrix.ts'
import { type FeatureRows, held, rowBlocks } from '../../features/feature-rows.ts'
import { isGaussian, type RowsOrGaussian } from '../../features/rows-or-gaussian.ts'
import { multiply, type Matrix } from '../../linear-algebra/multiply.ts'
import { quadraticForm, type QuadraticForm } from '../../linear-algebra/quadratic-form.ts'
import { squareRoots } from '../../linear-algebra/square-roots.ts'
import { matrixRows } from '../../linear-algebra/upper-panels.ts'
import type { RowInfluences } from '../../spec/distance.ts'
import { factoredSides } from './factored-sides.ts'
import { factorColumns, type FactoredGaussian } from './frechet.ts'
import type { FrechetRecipe } from './frechet-recipe.ts'

// First-order influence of each row of one side on a Fréchet distance: the derivative of the distance when that row's share
// grows at the expense of all rows alike. They sum to 0; leaving out a row changes the distance by about −ψ/(N − 1).
//
// With T the linear map that carries the side's Gaussian to the other's (the optimal transport between them; the gradient of
// the trace term with respect to Σ₁ is ½T):
//
//   ψᵢ = 2(μ₁ − μ₂)·(xᵢ − μ₁) + κ·[(xᵢ − μ₁)ᵀ(I − T)(xᵢ − μ₁) − mean of the same], κ = N/(N − ddof)
//
// With fewer rows than dimensions T is not unique, but xᵀTx on the rows is: the diagonal of (AΣ₂Aᵀ)^½, A the centred rows.
// Rows may be many: they are read a second time, block by block, and only their influences are kept.

/** Rows that are centred and mapped at a time: 16 bytes × dimension each. What is summed over them does not depend on it. */
const BLOCK_ROWS = 1024

/**
 * Influences of the rows of both sides; of the generated side alone where the reference is statistics.
 *
 * @throws KinemetricError as `frechetScore`
 */
export async function frechetInfluences(
  recipe: FrechetRecipe,
  generated: FeatureRows,
  reference: RowsOrGaussian,
): Promise<RowInfluences> {
  const sides = await factoredSides(recipe, generated, reference, recipe.id)
  const { generated: a, reference: b } = sides
  if (isGaussian(reference) || generated.rows <= generated.dimension || reference.rows <= reference.dimension)
    return {
      generated: await influencesOf(recipe, generated, a, b),
      reference: isGaussian(reference) ? undefined : await influencesOf(recipe, reference, b, a),
    }
  const single = areMany(generated) || areMany(reference)
  const { toSecond, toFirst } = await bothTransports(a, b, { smallest: sides.smallestRoot, single })
  return {
    generated: await sumInfluences(recipe, generated, a, b, toSecond),
    reference: await sumInfluences(recipe, reference, b, a, toFirst),
  }
}

/**
 * Influences of the rows of one side.
 *
 * @param other features or statistics
 * @param blockRows rows that are mapped at a time
 * @returns `[side.rows]`
 */
export async function frechetInfluence(
  recipe: FrechetRecipe,
  side: FeatureRows,
  other: RowsOrGaussian,
  blockRows = BLOCK_ROWS,
): Promise<Float64Array> {
  const { generated: own, reference: target } = await factoredSides(recipe, side, other, recipe.id)
  return influencesOf(recipe, side, own, target, blockRows)
}

async function influencesOf(
  recipe: FrechetRecipe,
  side: FeatureRows,
  own: FactoredGaussian,
  target: FactoredGaussian,
  blockRows = BLOCK_ROWS,
): Promise<Float64Array> {
  const transport =
    side.rows <= side.dimension
      ? await transportByRows(side, own.mean, target, side.rows / (side.rows - recipe.ddof))
      : await transportByMap(own, target)
  return sumInfluences(recipe, side, own, target, transport, blockRows)
}

/** xᵢᵀTxᵢ of a block of centred rows, `[d, count]`, of which `start` is the first's number. */
type Transport = (start: number, columns: Matrix) => Promise<Float64Array>

async function sumInfluences(
  recipe: FrechetRecipe,
  side: FeatureRows,
  { mean }: FactoredGaussian,
  target: FactoredGaussian,
  transport: Transport,
  blockRows = BLOCK_ROWS,
): Promise<Float64Array> {
  const { rows, dimension } = side
  const kappa = rows / (rows - recipe.ddof)
  const influence = new Float64Array(rows)
  const buffer = new Float64Array(Math.min(blockRows, rows) * dimension)
  const shift = mean.map((value, j) => 2 * (value - target.mean[j]))
  let average = 0
  for await (const { start, block } of rowBlocks(side, blockRows)) {
    const columns = centredColumns(block.data, block.rows, mean, buffer)
    const transported = await transport(start, columns)
    const { lengths, shifts } = lengthsAndShifts(columns, shift)
    for (let i = 0; i < block.rows; i++) {
      const spread = kappa * (lengths[i] - transported[i])
      influence[start + i] = spread + shifts[i]
      average += spread / rows
    }
  }
  return influence.map((value) => value - average)
}

/** ‖x‖² and δ·x of each column. */
function lengthsAndShifts({ data, rows, columns }: Matrix, delta: Float64Array) {
  const lengths = new Float64Array(columns)
  const shifts = new Float64Array(columns)
  for (let j = 0; j < rows; j++) {
    const at = j * columns
    const weight = delta[j]
    for (let i = 0; i < columns; i++) {
      const value = data[at + i]
      lengths[i] += value * value
      shifts[i] += weight * value
    }
  }
  return { lengths, shifts }
}

/** xᵢᵀTxᵢ as the diagonal of (XΣ₂Xᵀ)^½·√(N − ddof) … with Σ₁ = κ/N·XᵀX: XTXᵀ = √(N/κ)·(XΣ₂Xᵀ)^½. */
async function transportByRows(
  side: FeatureRows,
  mean: Float64Array,
  target: FactoredGaussian,
  kappa: number,
): Promise<Transport> {
  const centred = centredRows(await held(side), mean)
  const n = centred.rows
  const cross = await multiply(centred, target.factor, { transposeB: target.transposed })
  const { root } = await squareRoots(await multiply(cross, cross, { transposeB: true }))
  const scale = Math.sqrt(n / kappa)
  const all = Float64Array.from({ length: n }, (_, i) => root.data[i * n + i] * scale)
  return (start, { columns }) => Promise.resolve(all.subarray(start, start + columns))
}

/** T = F(FᵀΣ₁F)^(−½)Fᵀ with Σ₂ = FFᵀ. */
async function transportByMap(own: FactoredGaussian, target: FactoredGaussian): Promise<Transport> {
  const factor = factorColumns(target)
  // P = FᵀΣ₁F as GᵀG, G = F₁ᵀF with Σ₁ = F₁F₁ᵀ: symmetric and positive semidefinite to the last bit, as its roots need.
  const cross = await multiply(factorColumns(own), factor, { transposeA: true })
  const { inverseRoot } = await squareRoots(await multiply(cross, cross, { transposeA: true }))
  return asTransport(await mapForm(factor, inverseRoot))
}

/** From so many rows on float32 is exact enough for what is left of their influences in a clip's, and takes half as long. */
function areMany({ rows, dimension }: Pick<FeatureRows, 'rows' | 'dimension'>): boolean {
  return rows * dimension ** 2 > MOST_DOUBLE
}

/** 16,384 rows of 2,048. */
const MOST_DOUBLE = 2 ** 36

interface Mapping {
  /** The smallest root of Σ₁Σ₂'s eigenvalues, where it is known. */
  smallest: number | undefined
  single: boolean
}

/**
 * The maps of both directions by one pair of roots. With C = F₁ᵀF₂ and Z = (CᵀC)^(−½), W = CZ has orthonormal columns and (CCᵀ)^(−½) = WZWᵀ: the way
 * back is T₂ = GZGᵀ, G = F₁W.
 */
async function bothTransports(
  first: FactoredGaussian,
  second: FactoredGaussian,
  how: Mapping,
): Promise<{ toSecond: Transport; toFirst: Transport }> {
  // Of the two products the smaller one, which has full rank if any has.
  if (first.factor.columns < second.factor.columns) {
    const { toSecond, toFirst } = await bothTransports(second, first, how)
    return { toSecond: toFirst, toFirst: toSecond }
  }
  const cross = await multiply(first.factor, second.factor, { transposeA: true })
  const { inverseRoot } = await squareRoots(await multiply(cross, cross, { transposeA: true }), how.smallest)
  const toSecond = await mapForm(second.factor, inverseRoot, how.single)
  const back = await multiply(first.factor, await multiply(cross, inverseRoot))
  return { toSecond: asTransport(toSecond), toFirst: asTransport(await mapForm(back, inverseRoot, how.single)) }
}

/** xᵀFZFᵀx, Z symmetric: by FZFᵀ itself, or by y = Fᵀx first where F has few columns. */
async function mapForm(factor: Matrix, z: Matrix, single = false): Promise<QuadraticForm> {
  const { rows: d, columns: rank } = factor
  if (rank * (d + rank / 2) < (d * d) / 2) {
    const form = await quadraticForm(rank, (start, end) => Promise.resolve(corner(z, start, end)))
    return async (columns) => form(await multiply(factor, columns, { transposeA: true }))
  }
  const mapped = await multiply(factor, z)
  const block = (start: number, end: number) =>
    multiply(matrixRows(mapped, start, end), matrixRows(factor, 0, end), { transposeB: true })
  return quadraticForm(d, block, single)
}

/** The rows `start` to `end` up to column `end`, copied. */
function corner({ data, columns }: Matrix, start: number, end: number): Matrix {
  const copy = new Float64Array((end - start) * end)
  for (let i = start; i < end; i++) copy.set(data.subarray(i * columns, i * columns + end), (i - start) * end)
  return { data: copy, rows: end - start, columns: end }
}

function asTransport(form: QuadraticForm): Transport {
  return (_, columns) => form(columns)
}
