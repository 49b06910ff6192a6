import { metricError } from '../../recipes/metric-error.ts'
import { checkRows } from '../../features/feature-rows.ts'
import { isGaussian, type RowsOrGaussian } from '../../features/rows-or-gaussian.ts'
import type { Gaussian } from '../../features/statistics.ts'
import { factorFeatures, factorGaussian, type FactoredGaussian } from './frechet.ts'
import type { FrechetRecipe } from './frechet-recipe.ts'

/** A side ready for `frechetOfFactors` under a recipe's divisor. */
export async function factorSide(
  side: RowsOrGaussian,
  recipe: FrechetRecipe,
  where: string,
): Promise<FactoredGaussian> {
  if (isGaussian(side)) return factorGaussian(withDivisor(side, recipe.ddof, where), where)
  checkRows(side, where, 2)
  return factorFeatures(side, recipe.ddof, where)
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
