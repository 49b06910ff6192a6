import { centredRows, meanRow, rowRange, type FeatureMatrix } from '../../features/feature-matrix.ts'
import { factorFeatures, type FactoredGaussian } from './frechet.ts'
import { factorSide } from './frechet-score.ts'
import { isGaussian, type RowsOrGaussian } from '../../features/rows-or-gaussian.ts'
import { multiply, type Matrix } from '../../linear-algebra/multiply.ts'
import { squareRoots } from '../../linear-algebra/square-roots.ts'
import type { FrechetRecipe } from './frechet-recipe.ts'

const BLOCK_ROWS = 4096

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
 * @param blockRows rows that are centred and mapped at a time: up to 24 bytes × dimension each
 * @returns `[side.rows]`
 */
export async function frechetInfluence(
  recipe: FrechetRecipe,
  side: FeatureMatrix,
  other: RowsOrGaussian,
  blockRows = BLOCK_ROWS,
): Promise<Float64Array> {
  const { rows, dimension } = side
  const kappa = rows / (rows - recipe.ddof)
  const mean = meanRow(side)
  const target = await factorSide(other, recipe, isGaussian(other) ? 'statistics' : 'features')
  const transport =
    rows <= dimension
      ? await transportByRows(centredRows(side, mean), target, kappa)
      : await transportByMap(side, target, recipe.ddof)
  const influence = new Float64Array(rows)
  let average = 0
  for (let start = 0; start < rows; start += blockRows) {
    const end = Math.min(start + blockRows, rows)
    const { data } = centredRows(rowRange(side, start, end), mean)
    const transported = await transport(start, { data, rows: end - start, columns: dimension })
    for (let i = start; i < end; i++) {
      const row = data.subarray((i - start) * dimension, (i - start + 1) * dimension)
      let length = 0
      let shift = 0
      for (let j = 0; j < dimension; j++) {
        length += row[j] ** 2
        shift += (mean[j] - target.mean[j]) * row[j]
      }
      const spread = kappa * (length - transported[i - start])
      influence[i] = spread + 2 * shift
      average += spread / rows
    }
  }
  return influence.map((value) => value - average)
}

/** xᵢᵀTxᵢ of a block of centred rows, of which `start` is the first's number. */
type Transport = (start: number, centred: Matrix) => Promise<Float64Array>

/** xᵢᵀTxᵢ as the diagonal of (XΣ₂Xᵀ)^½·√(N − ddof) … with Σ₁ = κ/N·XᵀX: XTXᵀ = √(N/κ)·(XΣ₂Xᵀ)^½. */
async function transportByRows(centred: Matrix, target: FactoredGaussian, kappa: number): Promise<Transport> {
  const n = centred.rows
  const cross = await multiply(centred, target.factor, { transposeB: target.transposed })
  const { root } = await squareRoots(await multiply(cross, cross, { transposeB: true }))
  const scale = Math.sqrt(n / kappa)
  const all = Float64Array.from({ length: n }, (_, i) => root.data[i * n + i] * scale)
  return (start, block) => Promise.resolve(all.subarray(start, start + block.rows))
}

/** T = F(FᵀΣ₁F)^(−½)Fᵀ with Σ₂ = FFᵀ; so xᵀTx = ‖P^(−¼)Fᵀx‖², taken as a product with P^(−½). Block by block: rows may be many. */
async function transportByMap(side: FeatureMatrix, target: FactoredGaussian, ddof: 0 | 1): Promise<Transport> {
  const { factor, transposed } = target
  // P = FᵀΣ₁F as GᵀG, G = F₁ᵀF with Σ₁ = F₁F₁ᵀ: symmetric and positive semidefinite to the last bit, as its roots need.
  const own = await factorFeatures(side, ddof)
  const cross = await multiply(own.factor, factor, { transposeA: !own.transposed, transposeB: transposed })
  const { inverseRoot } = await squareRoots(await multiply(cross, cross, { transposeA: true }))
  return async (_, centred) => {
    const projected = await multiply(centred, factor, { transposeB: transposed })
    const mapped = await multiply(projected, inverseRoot)
    const { rows, columns } = projected
    return Float64Array.from({ length: rows }, (_row, i) => {
      let sum = 0
      for (let j = 0; j < columns; j++) sum += projected.data[i * columns + j] * mapped.data[i * columns + j]
      return sum
    })
  }
}
