import { metricError } from '../../recipes/metric-error.ts'
import type { DistanceResult } from '../../recipes/distance-result.ts'
import {
  checkFeatures,
  checkSameDimension,
  meanRow,
  selectRows,
  type FeatureMatrix,
} from '../../features/feature-matrix.ts'
import { factorFeatures, factorGaussian, frechetOfFactors, type FactoredGaussian } from './frechet.ts'
import { isGaussian, rowCount, type RowsOrGaussian } from '../../features/rows-or-gaussian.ts'
import type { FrechetRecipe } from './frechet-recipe.ts'
import type { Gaussian } from '../../features/statistics.ts'

/** Rows a dimension below which a Fréchet score carries a warning. */
export const ENOUGH_ROWS_PER_DIMENSION = 5

/**
 * A Fréchet metric under a recipe, with warnings about the sample's size.
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
  const warnings = await sizeWarnings(recipe, generated, reference, details)
  return { value: result.value, n: sides.generated ?? 0, warnings, details }
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
    details: { dimension: generated.dimension, meanTerm: value, covarianceTerm: null },
  }
}

/** Says when there are too few rows, with the distance between the two halves of one side as the figure that shows it. */
async function sizeWarnings(
  recipe: FrechetRecipe,
  generated: RowsOrGaussian,
  reference: RowsOrGaussian,
  details: Record<string, unknown>,
): Promise<string[]> {
  const counts = [rowCount(generated), rowCount(reference)].filter((count) => count !== undefined)
  const smallest = Math.min(...counts)
  const d = generated.dimension
  if (smallest >= ENOUGH_ROWS_PER_DIMENSION * d) return []
  const size =
    `${smallest} rows for ${d} dimensions (${(smallest / d).toPrecision(2)} a dimension)` +
    (smallest <= d ? ': the covariance is singular and the distance mostly bias' : ': the distance is biased upwards')
  const whole = [reference, generated].find((side): side is FeatureMatrix => !isGaussian(side))
  const halves = whole === undefined ? undefined : splitInHalves(whole)
  if (halves === undefined) return [size]
  const [first, second] = halves
  const floor = await frechetOfFactors(
    await factorFeatures(first, recipe.ddof),
    await factorFeatures(second, recipe.ddof),
    {
      unrootedBelow: recipe.unrootedBelow,
    },
  )
  const side = whole === reference ? 'reference' : 'generated side'
  details.halves = { side: whole === reference ? 'reference' : 'generated', rows: first.rows, value: floor.value }
  return [
    `${size}; the two halves of the ${side} itself, ${first.rows} rows each, are ${floor.value.toPrecision(4)} apart`,
  ]
}

/** Every second clip (or row) against the others; undefined with fewer than 4 rows or 2 clips. */
export function splitInHalves(features: FeatureMatrix): [FeatureMatrix, FeatureMatrix] | undefined {
  const even: number[] = []
  const odd: number[] = []
  for (let i = 0; i < features.rows; i++) {
    const clip = features.clipOfRow === undefined ? i : features.clipOfRow[i]
    ;(clip % 2 === 0 ? even : odd).push(i)
  }
  if (even.length < 2 || odd.length < 2) return undefined
  return [selectRows(features, even), selectRows(features, odd)]
}
