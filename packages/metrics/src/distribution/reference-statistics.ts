import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { cacheFolder } from '@kinemetric/networks'
import { MetricError } from '../spec/metric-error.ts'
import { checkSide } from './distance.ts'
import { distributionInfo, featureNeeds, needsKey } from './feature-needs.ts'
import { InterchangeError } from '../interchange/interchange-error.ts'
import type { FeatureOrigin } from '../interchange/feature-origin.ts'
import { withDivisor } from './frechet/frechet-score.ts'
import { findRecipe } from '../spec/find-recipe.ts'
import type { FrechetRecipe } from './frechet/frechet-recipe.ts'
import { readStatisticsFile, writeStatisticsFile } from '../interchange/statistics-file.ts'
import type { Gaussian } from '../features/statistics.ts'

const NAME = /^[a-z0-9][a-z0-9_-]*$/i

/** `KINEMETRIC_STATISTICS`, or `statistics` in the user's cache folder for kinemetric. */
export function statisticsFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment.KINEMETRIC_STATISTICS
  return named !== undefined && named !== '' ? named : join(cacheFolder(environment), 'statistics')
}

/** Whether a text can be a name of reference statistics: letters, digits, '_' and '-'. */
export function isReferenceName(text: string): boolean {
  return NAME.test(text)
}

/** @throws MetricError `bad-option` for another text */
export function requireReferenceName(text: string): void {
  if (isReferenceName(text)) return
  throw new MetricError(
    'bad-option',
    'reference statistics',
    `expected a name of letters, digits, '_' and '-'; found '${text}'`,
  )
}

/** Path of named reference statistics: `<folder>/<name>.<network>.<preprocessing>.bneps-<ε>.npz`. */
export function referenceStatisticsPath(folder: string, name: string, metric: string, recipe?: string): string {
  requireReferenceName(name)
  return join(folder, `${name}.${needsKey(featureNeeds(metric, recipe))}.npz`)
}

/**
 * Keeps statistics under a name for a recipe, and every recipe with the same features.
 *
 * @param origin what else is known of it; network and preprocessing are the recipe's
 * @returns the path
 * @throws InterchangeError `write-failed`; MetricError `bad-option`, `shape-mismatch`
 */
export async function saveReferenceStatistics(
  folder: string,
  name: string,
  metric: string,
  recipe: string | undefined,
  statistics: Gaussian,
  origin: Partial<FeatureOrigin> = {},
): Promise<string> {
  const { network, preprocessing, batchNormEpsilon } = featureNeeds(metric, recipe)
  checkSide(metric, recipe, { data: statistics }, 'reference')
  const path = referenceStatisticsPath(folder, name, metric, recipe)
  await writeStatisticsFile(path, statistics, { ...origin, network, preprocessing, batchNormEpsilon })
  return path
}

/**
 * The file of named statistics that fits a recipe.
 *
 * @throws MetricError `recipe-mismatch` when there are such of other recipes only, naming them; InterchangeError `not-found`
 */
export async function findReferenceStatistics(
  folder: string,
  name: string,
  metric: string,
  recipe?: string,
): Promise<string> {
  const path = referenceStatisticsPath(folder, name, metric, recipe)
  const files = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [] as string[]
    throw new InterchangeError('not-readable', folder, `expected a folder of statistics; ${cause.code}`, { cause })
  })
  if (files.includes(basename(path))) return path
  const kept = files.filter((file) => file.startsWith(`${name}.`) && file.endsWith('.npz'))
  const { id } = findRecipe(distributionInfo(metric), recipe)
  if (kept.length === 0) {
    const names = [...new Set(files.filter((file) => file.endsWith('.npz')).map((file) => file.split('.')[0]))]
    const there = names.length === 0 ? 'none there' : `those of ${names.join(', ')}`
    throw new InterchangeError(
      'not-found',
      name,
      `expected a file, or statistics of that name in ${folder}; found ${there}`,
    )
  }
  const others = kept.map((file) => file.slice(name.length + 1, -'.npz'.length)).join(', ')
  throw new MetricError(
    'recipe-mismatch',
    metric,
    `expected statistics '${name}' for the recipe ${id} (${needsKey(featureNeeds(metric, recipe))}); found them of ${others}`,
  )
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
