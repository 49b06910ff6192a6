import { type FeatureNeed, featureNeedKey, type TracksMaker } from '@kinemetric/networks'
import { ANY_ENCODER } from '../features/of-encoder.ts'
import { metricError } from '../recipes/metric-error.ts'
import type { Score } from '@kinemetric/records'
import { clipsOf, parseFeatures, isZip } from '../interchange/feature-file.ts'
import { findRecipe } from '../recipes/find-recipe.ts'
import type { DistanceMetric } from '../spec/distance.ts'
import { rowsAsked } from '../spec/need.ts'
import { originDoubts, originMismatch, type FeatureOrigin } from '../interchange/feature-origin.ts'
import { isGaussian, rowCount, type RowsOrGaussian } from '../features/rows-or-gaussian.ts'
import { groupByClip, sameClips } from '../intervals/units/clip-groups.ts'
import { parseNpy } from '../interchange/npy.ts'
import { openNpz } from '../interchange/npz.ts'
import { storedNpy } from '../interchange/stored-npy.ts'
import { scoreDistance } from './score-distance.ts'
import type { ScoreDistanceOptions } from './score-distance-options.ts'
import { parseStatistics } from '../interchange/statistics-file.ts'
import { readWholeFile } from '../interchange/read-whole-file.ts'

/** One side of a distance: features or statistics, and where they come from, if that is known. */
export interface DistanceSide {
  data: RowsOrGaussian
  origin?: FeatureOrigin | undefined
  /** What made the tracklets of rows that are made of such. */
  tracker?: TracksMaker | undefined
}

/** A distance, and its recipe where somebody named one. */
export interface DistanceChoice {
  metric: DistanceMetric
  recipe?: string | undefined
  /** Whether somebody named the recipe; where absent, if there is one here. False with a recipe: the usual one with other settings. */
  isNamed?: boolean | undefined
}

export interface DistanceRequest extends Omit<ScoreDistanceOptions, 'recipe' | 'extra'> {
  metrics: readonly DistanceChoice[]
  /** Accept features whose dimension is not the recipe's network's: another network's, named in the signature. Of an origin that names another network only where the metric is of any features. Default false. */
  anyDimension?: boolean | undefined
}

/**
 * Distribution metrics between two sets of features, one Score each, in the order asked for.
 *
 * Features of a known origin (our own .npz) are refused by a recipe that extracts others. Without an origin the recipe is
 * taken at its word; where nobody named one either, the score carries a warning. So it does where the origins say that the
 * sides are of other frames or networks, not whole, or of weights that nobody vouches for.
 *
 * @throws KinemetricError `recipe-mismatch`, `shape-mismatch` for another dimension, `bad-option` for paired sides of other clips, and as `scoreDistance`
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
    checkSameFeatures(choice.metric, generated.origin, reference.origin)
  }
  if (options.interval !== false && options.interval?.paired === true)
    checkPaired(generated, reference, options.rowsAreClips ?? false)
  const scores: Score[] = []
  for (const { metric, recipe, isNamed = recipe !== undefined } of metrics) {
    const found = await scoreDistance(metric, generated.data, reference.data, {
      ...options,
      recipe,
      extra: {
        ...extraOf(generated, reference, needOf(metric, recipe)),
        ...trackerOf(metric, generated, reference),
      },
    })
    const score = metric.rows === undefined ? found : { ...found, recipe: trackedName(found.recipe, generated) }
    const doubts = originDoubts(generated.origin, reference.origin)
    if (!isNamed) doubts.push(...unknownOrigin(score.recipe, generated, reference))
    scores.push(doubts.length === 0 ? score : { ...score, warnings: [...(score.warnings ?? []), ...doubts] })
  }
  return scores
}

/**
 * Reads a side from a file: features (.npy, or .npz under `features`, `feats` or `arr_0`) or statistics (.npz with `mu` and
 * `sigma`). The rows of a large .npy stay in their file.
 *
 * @throws KinemetricError
 */
export async function readDistanceSide(path: string): Promise<DistanceSide> {
  const stored = await storedNpy(path)
  if (stored !== undefined) return { data: stored }
  const bytes = await readWholeFile(path)
  if (isZip(bytes) && openNpz(bytes, path).names.includes('mu')) {
    const { statistics, origin } = parseStatistics(bytes, path)
    return { data: statistics, origin }
  }
  const { features, origin } = parseFeatures(bytes, path)
  return { data: features, origin }
}

/**
 * A side whose rows are of the clips that a file names: an .npy of shape (N,) with a clip number from 0 for each row.
 *
 * @throws KinemetricError `bad-option` for statistics, which have no rows; `wrong-shape`, `damaged`
 */
export async function withClipsOfRows(side: DistanceSide, path: string): Promise<DistanceSide> {
  if (isGaussian(side.data))
    throw metricError('bad-option', path, { expected: 'rows of features to name the clips of', found: 'statistics' })
  const clipOfRow = clipsOf(parseNpy(await readWholeFile(path), path), side.data.rows, path)
  return { ...side, data: { ...side.data, clipOfRow } }
}

/** @throws KinemetricError `bad-option` where the sides are not of the same clips */
function checkPaired({ data: a }: DistanceSide, { data: b }: DistanceSide, rowsAreClips: boolean): void {
  const clips = [a, b].map((side) =>
    isGaussian(side) || (side.clipOfRow === undefined && !rowsAreClips) ? undefined : groupByClip(side),
  )
  if (clips[0] !== undefined && clips[1] !== undefined && sameClips(clips[0], clips[1])) return
  throw metricError('bad-option', 'paired sides', {
    expected: 'features of the same clips, under the same numbers',
    found: clips
      .map((side) => (side === undefined ? 'rows that name no clips' : `${side.ids.length} clips`))
      .join(' and '),
  })
}

/** @throws KinemetricError `recipe-mismatch`, `shape-mismatch`, `unknown-recipe` */
export function checkSide(
  { metric, recipe }: DistanceChoice,
  side: DistanceSide,
  name: 'generated' | 'reference',
  anyDimension = false,
): void {
  const need = needOf(metric, recipe)
  const where = `${metric.id}: ${name}`
  const others = (anyDimension || need.network === ANY_ENCODER) && metric.distance.anyFeatures === true
  const mismatch = side.origin === undefined || others ? undefined : originMismatch(side.origin, need)
  if (mismatch !== undefined)
    throw metricError('recipe-mismatch', where, { expected: `features of ${mismatch.expected}`, found: mismatch.found })
  // Of an encoder that has no card here no dimension is known.
  if (side.data.dimension !== need.dimension && need.dimension !== 0 && !anyDimension)
    throw metricError('shape-mismatch', where, {
      expected: `${need.dimension} dimensions, those of ${need.network}`,
      found: String(side.data.dimension),
    })
}

/** What a recipe is of, its settings included. */
function needOf(metric: DistanceMetric, recipe: string | undefined): FeatureNeed {
  const found = findRecipe(metric, recipe)
  return rowsAsked(metric.needs(found)) ?? found.need
}

/** Of sides that may be of another network than the recipe's: both are of the same. @throws KinemetricError `recipe-mismatch` */
function checkSameFeatures(
  { id }: DistanceMetric,
  generated: FeatureOrigin | undefined,
  reference: FeatureOrigin | undefined,
): void {
  if (generated === undefined || reference === undefined) return
  const [own, theirs] = [generated, reference].map(featureNeedKey)
  if (own === theirs) return
  throw metricError('recipe-mismatch', id, {
    expected: `both sides to be features of one network: the generated ones are of ${own}`,
    found: `those of the reference are of ${theirs}`,
  })
}

/** The features that a side says it has, where they are not those that a recipe names. */
function otherFeatures(origin: FeatureOrigin | undefined, need: FeatureNeed): string | undefined {
  if (origin === undefined || originMismatch(origin, need) === undefined) return undefined
  return featureNeedKey(origin)
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
  need: FeatureNeed,
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
    dimension: generated.data.dimension === need.dimension ? undefined : generated.data.dimension,
    features: otherFeatures(generated.origin ?? reference.origin, need),
  }
}

/** Two trackers never share a number. @throws KinemetricError `recipe-mismatch` */
function trackerOf(metric: DistanceMetric, { tracker }: DistanceSide, reference: DistanceSide) {
  if (metric.rows === undefined) return {}
  const [own, theirs] = [tracker, reference.tracker].map((each) => JSON.stringify(each))
  if (own !== theirs)
    throw metricError('recipe-mismatch', metric.id, {
      expected: `both sides to be tracked alike: the generated one by ${tracker?.id ?? 'a tracker that is not named'}`,
      found: `the reference by ${reference.tracker?.id ?? 'one that is not named'}${tracker?.id === reference.tracker?.id ? ' of other tensors or settings' : ''}`,
    })
  if (tracker === undefined) return {}
  const settings = Object.entries(tracker.settings).map(([name, value]) => [`tracker-${name}`, value])
  return { tracker: tracker.id, 'tracker-digest': tracker.digest.slice(0, 16), ...Object.fromEntries(settings) }
}

/** As scores of an evaluation are called. */
function trackedName(recipe: string, { tracker }: DistanceSide): string {
  return `${recipe}/tracker:${tracker?.id ?? 'unknown'}`
}

function rowText(side: RowsOrGaussian): string {
  return String(rowCount(side) ?? 'unknown')
}
