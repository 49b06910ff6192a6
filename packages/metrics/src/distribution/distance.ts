import { metricError } from '../recipes/metric-error.ts'
import type { Score } from '@kinemetric/records'
import { parseFeatures, isZip } from '../interchange/feature-file.ts'
import type { FeatureMatrix } from '../features/feature-matrix.ts'
import { findRecipe } from '../recipes/find-recipe.ts'
import type { DistanceMetric } from '../spec/distance.ts'
import { originDoubts, originMismatch, type FeatureOrigin } from '../interchange/feature-origin.ts'
import { rowCount, type RowsOrGaussian } from '../features/rows-or-gaussian.ts'
import { openNpz } from '../interchange/npz.ts'
import { scoreDistance } from './score-distance.ts'
import type { ScoreDistanceOptions } from './score-distance-options.ts'
import { parseStatistics } from '../interchange/statistics-file.ts'
import type { Gaussian } from '../features/statistics.ts'
import { readWholeFile } from '../interchange/read-whole-file.ts'

/** One side of a distance: features or statistics, and where they come from, if that is known. */
export interface DistanceSide {
  data: FeatureMatrix | Gaussian
  origin?: FeatureOrigin | undefined
}

/** A distance, and its recipe where somebody named one. */
export interface DistanceChoice {
  metric: DistanceMetric
  recipe?: string | undefined
}

export interface DistanceRequest extends Omit<ScoreDistanceOptions, 'recipe' | 'extra'> {
  metrics: readonly DistanceChoice[]
  /** Accept features whose dimension is not the recipe's network's: another network's, named in the signature. Default false. */
  anyDimension?: boolean | undefined
}

/**
 * Distribution metrics between two sets of features, one Score each, in the order asked for.
 *
 * Features of a known origin (our own .npz) are refused by a recipe that extracts others. Without an origin the recipe is
 * taken at its word; where nobody named one either, the score carries a warning. So it does where the origins say that the
 * sides are of other frames or networks, not whole, or of weights that nobody vouches for.
 *
 * @throws KinemetricError `recipe-mismatch`, `shape-mismatch` for another dimension, and as `scoreDistance`
 */
export async function distance(
  generated: DistanceSide,
  reference: DistanceSide,
  request: DistanceRequest,
): Promise<Score[]> {
  const { metrics, anyDimension = false, ...options } = request
  if (metrics.length === 0)
    throw metricError('bad-option', 'distance', { expected: 'at least one metric', found: 'none' })
  for (const choice of metrics) {
    checkSide(choice, generated, 'generated', anyDimension)
    checkSide(choice, reference, 'reference', anyDimension)
  }
  const scores: Score[] = []
  for (const { metric, recipe } of metrics) {
    const score = await scoreDistance(metric, generated.data, reference.data, {
      ...options,
      recipe,
      extra: extraOf(generated, reference, findRecipe(metric, recipe).need.dimension),
    })
    const doubts = originDoubts(generated.origin, reference.origin)
    if (recipe === undefined) doubts.push(...unknownOrigin(score.recipe, generated, reference))
    scores.push(doubts.length === 0 ? score : { ...score, warnings: [...(score.warnings ?? []), ...doubts] })
  }
  return scores
}

/**
 * Reads a side from a file: features (.npy, or .npz under `features`, `feats` or `arr_0`) or statistics (.npz with `mu` and
 * `sigma`).
 *
 * @throws KinemetricError
 */
export async function readDistanceSide(path: string): Promise<DistanceSide> {
  const bytes = await readWholeFile(path)
  if (isZip(bytes) && openNpz(bytes, path).names.includes('mu')) {
    const { statistics, origin } = parseStatistics(bytes, path)
    return { data: statistics, origin }
  }
  const { features, origin } = parseFeatures(bytes, path)
  return { data: features, origin }
}

/** @throws KinemetricError `recipe-mismatch`, `shape-mismatch`, `unknown-recipe` */
export function checkSide(
  { metric, recipe }: DistanceChoice,
  side: DistanceSide,
  name: 'generated' | 'reference',
  anyDimension = false,
): void {
  const { need } = findRecipe(metric, recipe)
  const where = `${metric.id}: ${name}`
  const mismatch = side.origin === undefined ? undefined : originMismatch(side.origin, need)
  if (mismatch !== undefined)
    throw metricError('recipe-mismatch', where, { expected: `features of ${mismatch.expected}`, found: mismatch.found })
  if (side.data.dimension !== need.dimension && !anyDimension)
    throw metricError('shape-mismatch', where, {
      expected: `${need.dimension} dimensions, those of ${need.network}`,
      found: String(side.data.dimension),
    })
}

function unknownOrigin(recipe: string, generated: DistanceSide, reference: DistanceSide): string[] {
  const sides = [
    ...(generated.origin === undefined ? ['generated'] : []),
    ...(reference.origin === undefined ? ['reference'] : []),
  ]
  if (sides.length === 0) return []
  const text = `the ${sides.join(' and ')} features do not say how they were made, nor was a recipe named: taken for those of ${recipe}`
  return [text]
}

function extraOf(
  generated: DistanceSide,
  reference: DistanceSide,
  dimension: number,
): Record<string, string | number | undefined> {
  const digests = [generated, reference].map(({ origin }) => origin?.digest?.slice(0, 12))
  const same = digests[0] !== undefined && digests[0] === digests[1]
  return {
    rows: `${rowText(generated.data)}/${rowText(reference.data)}`,
    weights: same
      ? digests[0]
      : digests.every((digest) => digest === undefined)
        ? undefined
        : digests.map((digest) => digest ?? 'unknown').join('/'),
    dimension: generated.data.dimension === dimension ? undefined : generated.data.dimension,
  }
}

function rowText(side: RowsOrGaussian): string {
  return String(rowCount(side) ?? 'unknown')
}
