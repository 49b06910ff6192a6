import type { DistanceResult } from '../../recipes/distance-result.ts'
import { checkSameDimension, meanRow } from '../../features/feature-matrix.ts'
import { checkRows, held } from '../../features/feature-rows.ts'
import { trustFlags } from '../../features/trust-flags.ts'
import { factoredSides } from './factored-sides.ts'
import { frechetOfFactors } from './frechet.ts'
import { isGaussian, rowCount, type RowsOrGaussian } from '../../features/rows-or-gaussian.ts'
import type { FrechetRecipe } from './frechet-recipe.ts'

/**
 * A Fréchet metric under a recipe, with warnings of what makes it untrustworthy.
 *
 * @throws KinemetricError `too-few`, `shape-mismatch`, `not-finite`, `recipe-mismatch` for statistics with the other divisor
 */
export async function frechetScore(
  metric: string,
  recipe: FrechetRecipe,
  generated: RowsOrGaussian,
  reference: RowsOrGaussian,
): Promise<DistanceResult> {
  const where = `${metric} (${recipe.id})`
  checkSameDimension(generated.dimension, reference.dimension, where)
  const sides = { generated: rowCount(generated), reference: rowCount(reference) }
  if (recipe.single === 'mean-term' && (sides.generated === 1 || sides.reference === 1)) {
    return meanTermOnly(recipe, generated, reference, where)
  }
  const factored = await factoredSides(recipe, generated, reference, where)
  const { generated: a, reference: b } = factored
  const result = await frechetOfFactors(a, b, { unrootedBelow: recipe.unrootedBelow, where })
  factored.smallestRoot = result.smallestRoot
  const details: Record<string, unknown> = {
    dimension: generated.dimension,
    rows: sides,
    meanTerm: result.meanTerm,
    covarianceTerm: result.covarianceTerm,
    ranks: { generated: result.ranks[0], reference: result.ranks[1] },
  }
  const flags = trustFlags('covariances', generated, reference)
  return { value: result.value, n: sides.generated ?? 0, warnings: flags, flags, details }
}

/** What JunyaoHu's code does with one clip: the covariance cannot be had, so the means' distance stands alone. */
async function meanTermOnly(
  recipe: FrechetRecipe,
  generated: RowsOrGaussian,
  reference: RowsOrGaussian,
  where: string,
): Promise<DistanceResult> {
  const meanOf = async (side: RowsOrGaussian, name: string): Promise<Float64Array> => {
    if (isGaussian(side)) return side.mean
    checkRows(side, `${where}: ${name}`)
    return meanRow(await held(side))
  }
  const a = await meanOf(generated, 'generated')
  const b = await meanOf(reference, 'reference')
  const value = a.reduce((sum, x, j) => sum + (x - b[j]) ** 2, 0)
  return {
    value,
    n: rowCount(generated) ?? 0,
    warnings: [
      `one row of features on a side: '${recipe.id}' then leaves the covariances out, as its reference code does`,
    ],
    flags: [],
    details: { dimension: generated.dimension, meanTerm: value, covarianceTerm: null },
  }
}
