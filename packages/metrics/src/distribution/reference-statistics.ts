import { join } from 'node:path'
import { MetricError } from '../metric-error.ts'
import { checkSide } from './distance.ts'
import { featureNeeds } from './feature-needs.ts'
import type { FeatureOrigin } from './feature-origin.ts'
import { withDivisor } from './frechet-score.ts'
import { distributionInfo } from './feature-needs.ts'
import { findRecipe } from '../find-recipe.ts'
import type { FrechetRecipe } from './recipe.ts'
import { readStatisticsFile, writeStatisticsFile } from './statistics-file.ts'
import type { Gaussian } from './statistics.ts'

const NAME = /^[a-z0-9][a-z0-9._-]*$/i

/** Path of named reference statistics: `<folder>/<name>.<network>.<preprocessing>.bneps-<ε>.npz`. */
export function referenceStatisticsPath(folder: string, name: string, metric: string, recipe?: string): string {
  if (!NAME.test(name)) {
    throw new MetricError(
      'bad-option',
      'reference statistics',
      `expected a name of letters, digits, '.', '_' and '-'; found '${name}'`,
    )
  }
  const { network, preprocessing, batchNormEpsilon } = featureNeeds(metric, recipe)
  return join(folder, `${name}.${network}.${preprocessing}.bneps-${batchNormEpsilon}.npz`)
}

/**
 * Keeps statistics under a name for a recipe, and every recipe with the same features.
 *
 * @param origin digest and title; network and preprocessing are the recipe's
 * @returns the path
 * @throws InterchangeError `write-failed`; MetricError `bad-option`, `shape-mismatch`
 */
export async function saveReferenceStatistics(
  folder: string,
  name: string,
  metric: string,
  recipe: string | undefined,
  statistics: Gaussian,
  origin: Pick<FeatureOrigin, 'digest' | 'title'> = {},
): Promise<string> {
  const { network, preprocessing, batchNormEpsilon } = featureNeeds(metric, recipe)
  checkSide(metric, recipe, { data: statistics }, 'reference')
  const path = referenceStatisticsPath(folder, name, metric, recipe)
  await writeStatisticsFile(path, statistics, { network, preprocessing, batchNormEpsilon, ...origin })
  return path
}

/**
 * Statistics for a recipe from a file: of ours under a name, or of any path. A file of another network, preprocessing,
 * dimension or divisor than the recipe's is refused; one that does not say (pytorch-fid's, clean-fid's) is accepted only when
 * the caller names the recipe.
 *
 * @throws MetricError `recipe-mismatch`, `shape-mismatch`; InterchangeError
 */
export async function openReferenceStatistics(
  path: string,
  metric: string,
  recipe?: string,
): Promise<{ statistics: Gaussian; origin: FeatureOrigin | undefined }> {
  const { statistics, origin } = await readStatisticsFile(path)
  if (origin === undefined && recipe === undefined) {
    throw new MetricError(
      'recipe-mismatch',
      metric,
      `expected statistics that say what they are of, or a recipe named by the caller; found neither for ${path}`,
    )
  }
  checkSide(metric, recipe, { data: statistics, origin }, 'reference')
  const found = findRecipe(distributionInfo(metric), recipe) as FrechetRecipe
  if (!('ddof' in found)) {
    throw new MetricError('bad-option', metric, 'expected features; found statistics, which hold no pairs of rows')
  }
  return { statistics: withDivisor(statistics, found.ddof, path), origin }
}
