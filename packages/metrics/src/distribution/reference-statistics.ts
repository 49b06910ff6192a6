import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { requireCacheFolder } from '@kinemetric/networks'
import { metricError } from '../recipes/metric-error.ts'
import { checkSide, type DistanceChoice } from './distance.ts'
import { featureNeedKey } from '@kinemetric/networks'
import { interchangeError } from '../interchange/interchange-error.ts'
import type { FeatureOrigin } from '../interchange/feature-origin.ts'
import { findRecipe } from '../recipes/find-recipe.ts'
import { readStatisticsFile, writeStatisticsFile } from '../interchange/statistics-file.ts'
import type { Gaussian } from '../features/statistics.ts'

const NAME = /^[a-z0-9][a-z0-9_-]*$/i

/** `KINEMETRIC_STATISTICS`, or `statistics` in the user's cache folder for kinemetric. @throws KinemetricError `no-home` where there is neither */
export function statisticsFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment.KINEMETRIC_STATISTICS
  return named !== undefined && named !== ''
    ? named
    : join(requireCacheFolder('KINEMETRIC_STATISTICS', environment), 'statistics')
}

/** Whether a text can be a name of reference statistics: letters, digits, '_' and '-'. */
export function isReferenceName(text: string): boolean {
  return NAME.test(text)
}

/** @throws KinemetricError `bad-option` for another text */
export function requireReferenceName(text: string): void {
  if (isReferenceName(text)) return
  throw metricError('bad-option', 'reference statistics', {
    expected: `a name of letters, digits, '_' and '-'`,
    found: `'${text}'`,
  })
}

/** Path of named reference statistics: `<folder>/<name>.<network>.<preprocessing>.bneps-<ε>.npz`. */
export function referenceStatisticsPath(folder: string, name: string, { metric, recipe }: DistanceChoice): string {
  requireReferenceName(name)
  return join(folder, `${name}.${featureNeedKey(findRecipe(metric, recipe).need)}.npz`)
}

/**
 * Keeps statistics under a name for a recipe, and every recipe with the same features.
 *
 * @param origin what else is known of it; network and preprocessing are the recipe's
 * @returns the path
 * @throws KinemetricError `write-failed`, `bad-option`, `shape-mismatch`
 */
export async function saveReferenceStatistics(
  folder: string,
  name: string,
  choice: DistanceChoice,
  statistics: Gaussian,
  origin: Partial<FeatureOrigin> = {},
): Promise<string> {
  const { network, preprocessing, variant } = findRecipe(choice.metric, choice.recipe).need
  checkSide(choice, { data: statistics }, 'reference')
  const path = referenceStatisticsPath(folder, name, choice)
  await writeStatisticsFile(path, statistics, { ...origin, network, preprocessing, variant })
  return path
}

/**
 * The file of named statistics that fits a recipe.
 *
 * @throws KinemetricError `recipe-mismatch` when there are such of other recipes only, naming them; `not-found`
 */
export async function findReferenceStatistics(folder: string, name: string, choice: DistanceChoice): Promise<string> {
  const path = referenceStatisticsPath(folder, name, choice)
  const files = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [] as string[]
    throw interchangeError('not-readable', folder, `expected a folder of statistics; ${cause.code}`, { cause })
  })
  if (files.includes(basename(path))) return path
  const kept = files.filter((file) => file.startsWith(`${name}.`) && file.endsWith('.npz'))
  const { id, need } = findRecipe(choice.metric, choice.recipe)
  if (kept.length === 0) {
    const names = [...new Set(files.filter((file) => file.endsWith('.npz')).map((file) => file.split('.')[0]))]
    const there = names.length === 0 ? 'none there' : `those of ${names.join(', ')}`
    throw interchangeError('not-found', name, {
      expected: `a file, or statistics of that name in ${folder}`,
      found: there,
    })
  }
  const others = kept.map((file) => file.slice(name.length + 1, -'.npz'.length)).join(', ')
  throw metricError('recipe-mismatch', choice.metric.id, {
    expected: `statistics '${name}' for the recipe ${id} (${featureNeedKey(need)})`,
    found: `them of ${others}`,
  })
}

/**
 * Statistics for a recipe from a file: of ours under a name, or of any path. A file of another network, preprocessing,
 * dimension or divisor than the recipe's is refused; one that does not say (pytorch-fid's, clean-fid's) is accepted only when
 * the caller names the recipe.
 *
 * @throws KinemetricError `recipe-mismatch`, `shape-mismatch`, and as `readStatisticsFile`
 */
export async function openReferenceStatistics(
  path: string,
  choice: DistanceChoice,
): Promise<{ statistics: Gaussian; origin: FeatureOrigin | undefined }> {
  const { metric, recipe } = choice
  const { statistics, origin } = await readStatisticsFile(path)
  if (origin === undefined && recipe === undefined)
    throw metricError('recipe-mismatch', metric.id, {
      expected: 'statistics that say what they are of, or a recipe named by the caller',
      found: `neither for ${path}`,
    })
  checkSide(choice, { data: statistics, origin }, 'reference')
  const taken = metric.distance.statistics?.(findRecipe(metric, recipe), statistics, path)
  if (taken !== undefined) return { statistics: taken, origin }
  throw metricError('bad-option', metric.id, {
    expected: 'features',
    found: 'statistics, which hold no pairs of rows',
  })
}
