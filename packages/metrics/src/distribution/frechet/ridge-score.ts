import { centredRows, checkSameDimension, type FeatureMatrix, meanRow } from '../../features/feature-matrix.ts'
import { checkRows, held } from '../../features/feature-rows.ts'
import { multiply, type Matrix } from '../../linear-algebra/multiply.ts'
import { pivotedCholesky } from '../../linear-algebra/pivoted-cholesky.ts'
import { isGaussian, rowCount, type RowsOrGaussian } from '../../features/rows-or-gaussian.ts'
import { statisticsOf } from '../../features/statistics.ts'
import { trustFlags } from '../../features/trust-flags.ts'
import type { DistanceResult } from '../../recipes/distance-result.ts'
import type { Distance } from '../../spec/distance.ts'
import { withDivisor } from './factor-side.ts'
import { factorGaussian, type FactoredGaussian, frechetOfFactors, type FrechetResult } from './frechet.ts'
import { frechetOfRows } from './frechet-of-rows.ts'
import type { FrechetRecipe } from './frechet-recipe.ts'

/** What FVMD's code adds. */
const RELEASED = 1e-5

/** A Fréchet recipe whose root is of covariances with something added to each variance. */
export interface RidgeRecipe extends FrechetRecipe {
  /** Added under the root, and not to the traces beside it. */
  ridge: number
}

/**
 * A Fréchet distance as older codes have it, which make singular covariances safe for a matrix root: ‖μ₁ − μ₂‖² + tr Σ₁ + tr Σ₂ − 2 tr ((Σ₁ + rI)(Σ₂ + rI))^½.
 * Of two equal sides it is −2·d·r, a little below 0.
 *
 * Its error, floor and extrapolation are those of the distance without r, which moves a value by about d·r and, as small as the released one, its changes from
 * clip to clip by less than the last digits that an error has. Of a larger r that is said.
 */
export const ridgeFrechet: Distance<RidgeRecipe> = {
  ...frechetOfRows,
  value: async (where, recipe, generated, reference) => ridgeScore(where, recipe, generated, reference),
}

/** @throws KinemetricError `too-few`, `shape-mismatch`, `not-finite`, `recipe-mismatch` for statistics with the other divisor */
async function ridgeScore(
  metric: string,
  recipe: RidgeRecipe,
  generated: RowsOrGaussian,
  reference: RowsOrGaussian,
): Promise<DistanceResult> {
  const where = `${metric} (${recipe.id})`
  const { dimension } = generated
  checkSameDimension(dimension, reference.dimension, where)
  for (const [name, side] of Object.entries({ generated, reference }))
    if (!isGaussian(side)) checkRows(side, `${where}: ${name}`, 1 + recipe.ddof)
  const few = !isGaussian(generated) && !isGaussian(reference) && generated.rows + reference.rows <= dimension
  const { meanTerm, covarianceTerm } = few
    ? await ofFewRows(recipe, await held(generated), await held(reference), where)
    : await ofCovariances(recipe, generated, reference, where)
  const rows = { generated: rowCount(generated), reference: rowCount(reference) }
  const flags = trustFlags('covariances', generated, reference)
  return {
    value: meanTerm + covarianceTerm,
    n: rows.generated ?? 0,
    warnings:
      recipe.ridge > RELEASED
        ? [
            ...flags,
            `error, interval, floor, extrapolation and influential clips are those of the distance without its ridge: ${recipe.ridge} is larger than ${RELEASED}`,
          ]
        : flags,
    flags,
    details: { dimension, rows, meanTerm, covarianceTerm },
  }
}

type Terms = Pick<FrechetResult, 'meanTerm' | 'covarianceTerm'>

async function ofCovariances(
  recipe: RidgeRecipe,
  generated: RowsOrGaussian,
  reference: RowsOrGaussian,
  where: string,
): Promise<Terms> {
  const sideOf = async (side: RowsOrGaussian, name: string) => {
    const own = isGaussian(side)
      ? withDivisor(side, recipe.ddof, name)
      : (await statisticsOf(side, name)).gaussian(recipe.ddof)
    return ridged(own.mean, own.covariance, recipe.ridge, name)
  }
  const a = await sideOf(generated, `${where}: generated`)
  return frechetOfFactors(a, await sideOf(reference, `${where}: reference`), { where })
}

/**
 * Of fewer rows than dimensions: in the space that the rows of both sides span, where only their products are needed; across it both covariances are the ridge
 * alone.
 */
async function ofFewRows(
  { ddof, ridge }: RidgeRecipe,
  generated: FeatureMatrix,
  reference: FeatureMatrix,
  where: string,
): Promise<Terms> {
  const sides = [generated, reference].map((side) => {
    const mean = meanRow(side)
    return { mean, rows: centredRows(side, mean, 1 / Math.sqrt(side.rows - ddof)) }
  })
  const [own, theirs] = sides
  const meanTerm = own.mean.reduce((sum, value, j) => sum + (value - theirs.mean[j]) ** 2, 0)
  const { columns: dimension } = own.rows
  const data = new Float64Array(own.rows.data.length + theirs.rows.data.length)
  data.set(own.rows.data)
  data.set(theirs.rows.data, own.rows.data.length)
  const both: Matrix = { data, rows: own.rows.rows + theirs.rows.rows, columns: dimension }
  // The rows of this factor have the products that the rows themselves have.
  const { factor, rank } = await pivotedCholesky(await multiply(both, both, { transposeB: true }))
  const spanned = async (from: number, rows: number, name: string) => {
    const part: Matrix = { data: factor.data.subarray(from * rank, (from + rows) * rank), rows, columns: rank }
    const covariance = await multiply(part, part, { transposeA: true })
    return ridged(new Float64Array(rank), covariance.data, ridge, `${where}: ${name}`)
  }
  const across = dimension - rank
  if (rank === 0) return { meanTerm, covarianceTerm: -2 * across * ridge }
  const a = await spanned(0, generated.rows, 'generated')
  const b = await spanned(generated.rows, reference.rows, 'reference')
  const { covarianceTerm } = await frechetOfFactors(a, b, { where })
  return { meanTerm, covarianceTerm: covarianceTerm - 2 * across * ridge }
}

/** The factor of Σ + rI, beside the trace of Σ. */
async function ridged(
  mean: Float64Array,
  covariance: Float64Array,
  ridge: number,
  where: string,
): Promise<FactoredGaussian> {
  const { length: dimension } = mean
  const raised = covariance.slice()
  let trace = 0
  for (let i = 0; i < dimension * dimension; i += dimension + 1) {
    trace += covariance[i]
    raised[i] += ridge
  }
  return { ...(await factorGaussian({ dimension, mean, covariance: raised }, where)), trace }
}
