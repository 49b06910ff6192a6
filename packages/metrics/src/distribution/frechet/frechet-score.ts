import { metricError } from '../../recipes/metric-error.ts'
import type { DistanceResult } from '../../recipes/distance-result.ts'
import { checkFeatures, checkSameDimension, meanRow } from '../../features/feature-matrix.ts'
import { trustFlags } from '../../features/trust-flags.ts'
import { factorFeatures, factorGaussian, frechetOfFactors, type FactoredGaussian } from './frechet.ts'
import { isGaussian, rowCount, type RowsOrGaussian } from '../../features/rows-or-gaussian.ts'
import type { FrechetRecipe } from './frechet-recipe.ts'
import type { Gaussian } from '../../features/statistics.ts'

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
  const a = await factorSide(generated, recipe, `${where}: generated`)
  const b = await factorSide(reference, recipe, `${where}: reference`)
  const result = await frechetOfFactors(a, b, { unrootedBelow: recipe.unrootedBelow, where })
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

/** A side ready for `frechetOfFactors` under a recipe's divisor. */
export async function factorSide(
  side: RowsOrGaussian,
  recipe: FrechetRecipe,
  where: string,
): Promise<FactoredGaussian> {
  if (isGaussian(side)) return factorGaussian(withDivisor(side, recipe.ddof, where), where)
  checkFeatures(side, where, 2)
  return factorFeatures(side, recipe.ddof)
}

/**
 * Statistics with the divisor that a recipe asks for: rescaled when the count is known, taken as they are when the divisor
 * is not (foreign files do not say), refused when it is the other one and cannot be changed.
 */
export function withDivisor(gaussian: Gaussian, ddof: 0 | 1, where: string): Gaussian {
  if (gaussian.ddof === undefined || gaussian.ddof === ddof) return gaussian
  const { count } = gaussian
  if (count === undefined || count < 2) {
    throw metricError('recipe-mismatch', where, {
      expected: `a covariance with divisor N-${ddof}`,
      found: `one with N-${gaussian.ddof} and no count to convert it by`,
    })
  }
  const factor = (count - gaussian.ddof) / (count - ddof)
  return { ...gaussian, ddof, covariance: gaussian.covariance.map((value) => value * factor) }
}

/** What JunyaoHu's code does with one clip: the covariance cannot be had, so the means' distance stands alone. */
function meanTermOnly(
  recipe: FrechetRecipe,
  generated: RowsOrGaussian,
  reference: RowsOrGaussian,
  where: string,
): DistanceResult {
  const meanOf = (side: RowsOrGaussian, name: string): Float64Array => {
    if (isGaussian(side)) return side.mean
    checkFeatures(side, `${where}: ${name}`)
    return meanRow(side)
  }
  const a = meanOf(generated, 'generated')
  const b = meanOf(reference, 'reference')
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
