import { centredRows, meanRow, type FeatureMatrix } from './feature-matrix.ts'
import { factorSide, isGaussian, type FrechetSide } from './frechet-score.ts'
import { multiply, type Matrix } from './linear-algebra/multiply.ts'
import { squareRoots } from './linear-algebra/square-roots.ts'
import type { FrechetRecipe } from './recipe.ts'

/**
 * First-order influence of each row of one side on a Fréchet distance: the derivative of the distance when that row's share
 * grows at the expense of all rows alike. They sum to 0; leaving out a row changes the distance by about −ψ/(N − 1).
 *
 * With T the linear map that carries the side's Gaussian to the other's (the optimal transport between them; the gradient of
 * the trace term with respect to Σ₁ is ½T):
 *
 *   ψᵢ = 2(μ₁ − μ₂)·(xᵢ − μ₁) + κ·[(xᵢ − μ₁)ᵀ(I − T)(xᵢ − μ₁) − mean of the same], κ = N/(N − ddof)
 *
 * With fewer rows than dimensions T is not unique, but xᵀTx on the rows is: the diagonal of (AΣ₂Aᵀ)^½, A the centred rows.
 *
 * @param side whose rows are asked about
 * @param other features or statistics
 * @returns `[side.rows]`
 */
export async function frechetInfluence(
  recipe: FrechetRecipe,
  side: FeatureMatrix,
  other: FrechetSide,
): Promise<Float64Array> {
  const { rows, dimension } = side
  const kappa = rows / (rows - recipe.ddof)
  const mean = meanRow(side)
  const centred = centredRows(side, mean)
  const target = await factorSide(other, recipe, isGaussian(other) ? 'statistics' : 'features')
  const transported =
    rows <= dimension
      ? await transportedByRows(centred, target.factor, target.transposed, kappa)
      : await transportedByMap(centred, target.factor, target.transposed, rows - recipe.ddof)
  const influence = new Float64Array(rows)
  let average = 0
  for (let i = 0; i < rows; i++) {
    let length = 0
    for (let j = 0; j < dimension; j++) length += centred.data[i * dimension + j] ** 2
    influence[i] = kappa * (length - transported[i])
    average += influence[i] / rows
  }
  for (let i = 0; i < rows; i++) {
    let shift = 0
    for (let j = 0; j < dimension; j++) shift += (mean[j] - target.mean[j]) * centred.data[i * dimension + j]
    influence[i] += 2 * shift - average
  }
  return influence
}

/** xᵢᵀTxᵢ as the diagonal of (XΣ₂Xᵀ)^½·√(N − ddof) … with Σ₁ = κ/N·XᵀX: XTXᵀ = √(N/κ)·(XΣ₂Xᵀ)^½. */
async function transportedByRows(
  centred: Matrix,
  factor: Matrix,
  transposed: boolean,
  kappa: number,
): Promise<Float64Array> {
  const n = centred.rows
  const cross = await multiply(centred, factor, { transposeB: transposed })
  const { root } = await squareRoots(await multiply(cross, cross, { transposeB: true }))
  const scale = Math.sqrt(n / kappa)
  return Float64Array.from({ length: n }, (_, i) => root.data[i * n + i] * scale)
}

/** T = F(FᵀΣ₁F)^(−½)Fᵀ with Σ₂ = FFᵀ; so xᵀTx = ‖P^(−¼)Fᵀx‖², taken as a product with P^(−½). */
async function transportedByMap(
  centred: Matrix,
  factor: Matrix,
  transposed: boolean,
  divisor: number,
): Promise<Float64Array> {
  const projected = await multiply(centred, factor, { transposeB: transposed })
  const gram = await multiply(projected, projected, { transposeA: true })
  const { inverseRoot } = await squareRoots({ ...gram, data: gram.data.map((value) => value / divisor) })
  const mapped = await multiply(projected, inverseRoot)
  const { rows, columns } = projected
  return Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0
    for (let j = 0; j < columns; j++) sum += projected.data[i * columns + j] * mapped.data[i * columns + j]
    return sum
  })
}
