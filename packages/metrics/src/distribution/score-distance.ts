import { findRecipe } from '../spec/find-recipe.ts'
import { MetricError } from '../spec/metric-error.ts'
import type { Interval, Score } from '@kinemetric/records'
import { signature, type SignatureValue } from '../spec/signature.ts'
import type { ClipEvaluator } from '../intervals/clip-evaluator.ts'
import { groupByClip } from '../intervals/clip-groups.ts'
import {
  affordableResamples,
  distanceInterval,
  type DistanceInterval,
  type IntervalOptions,
} from '../intervals/distance-interval.ts'
import type { DistanceOptions, DistanceResult } from '../spec/distance-result.ts'
import { extrapolate, type Extrapolation } from '../intervals/extrapolation.ts'
import type { FeatureMatrix } from '../features/feature-matrix.ts'
import { distributionInfo } from './feature-needs.ts'
import { frechetEvaluator } from './frechet/frechet-evaluator.ts'
import { frechetInfluence } from './frechet/frechet-gradient.ts'
import { frechetScore, isGaussian, rowCount, type FrechetSide } from './frechet/frechet-score.ts'
import { firstOrder, leaveOneOut, type Influences } from '../intervals/influence.ts'
import { jackknifeInterval } from '../intervals/jackknife-interval.ts'
import { kernelSums } from './kernel/kernel-distance.ts'
import { kernelEvaluator, MOST_KERNEL_CLIPS } from './kernel/kernel-evaluator.ts'
import { kernelInfluence } from './kernel/kernel-influence.ts'
import { kernelScore } from './kernel/kernel-score.ts'
import { once } from '../intervals/once.ts'
import type { FrechetRecipe, KernelRecipe } from './frechet/frechet-recipe.ts'

export interface ScoreDistanceOptions extends DistanceOptions {
  recipe?: string | undefined
  /** Interval over clips; false for none. Default: bootstrap, or the jackknife where that is out of reach. */
  interval?: IntervalOptions | false | undefined
  /** Extrapolation to infinitely many generated clips, FID and FVD only. Default: when it is affordable. */
  extrapolation?: boolean | undefined
  /** How many of the most influential clips go into the details; default 5, 0 for none. */
  influential?: number | undefined
  /** Names of the clips, by clip number, for the details. */
  clipNames?: readonly string[] | undefined
  /** What the recipe does not know (frames, size, weights digest), for the signature. */
  extra?: Readonly<Record<string, SignatureValue | undefined>> | undefined
}

// An extrapolation is 15 evaluations and more.
const EXTRAPOLATION_SECONDS = 8
const INFLUENCE_SECONDS = 8

/**
 * Score of a distribution metric: the value under a recipe, its interval over clips, the extrapolation with its curve and the
 * most influential clips, all from features that are already there.
 *
 * @param generated features, or statistics for FID and FVD (then without interval, extrapolation and influence)
 * @throws MetricError as the metric itself, and `bad-option` for statistics given to KID or KVD
 */
export async function scoreDistance(
  metric: string,
  generated: FrechetSide,
  reference: FrechetSide,
  options: ScoreDistanceOptions = {},
): Promise<Score> {
  const info = distributionInfo(metric)
  const recipe = findRecipe(info, options.recipe) as FrechetRecipe | KernelRecipe
  const result = await valueOf(metric, recipe, generated, reference, options)
  const warnings = [...result.warnings]
  const details = { ...result.details }
  let interval: DistanceInterval = { interval: null }
  if (isGaussian(generated)) {
    if (options.interval !== false) warnings.push('no interval: statistics hold no clips')
  } else {
    const sure = await howSure(recipe, generated, reference, result.value, options)
    interval = sure.interval
    if (interval.reason !== undefined) warnings.push(`no interval: ${interval.reason}`)
    if (interval.resamplingBias !== undefined) details.resamplingBias = interval.resamplingBias
    if (sure.extrapolation !== undefined) details.extrapolation = sure.extrapolation
    if (sure.influence !== undefined) details.influence = named(sure.influence, options)
    details.clips = groupByClip(generated).ids.length
  }
  return {
    metric,
    recipe: recipe.id,
    value: result.value,
    unit: info.unit,
    better: info.better,
    n: result.n,
    interval: withinRange(interval.interval, info.range),
    signature: signature(info, recipe.id, options.extra),
    ...(warnings.length > 0 ? { warnings } : {}),
    details,
  }
}

/** A normal or recentred interval may reach beyond what the definition allows: below 0, for a Fréchet distance. */
function withinRange(interval: Interval | null, [least, most]: readonly [number, number]): Interval | null {
  if (interval === null) return null
  return { ...interval, low: Math.max(least, interval.low), high: Math.min(most, interval.high) }
}

async function valueOf(
  metric: string,
  recipe: FrechetRecipe | KernelRecipe,
  generated: FrechetSide,
  reference: FrechetSide,
  options: DistanceOptions,
): Promise<DistanceResult> {
  if ('ddof' in recipe) return frechetScore(metric, recipe, generated, reference)
  if (isGaussian(generated) || isGaussian(reference)) {
    const side = isGaussian(generated) ? 'generated' : 'reference'
    throw new MetricError(
      'bad-option',
      metric,
      `expected features of the ${side} side; found statistics, which hold no pairs of rows`,
    )
  }
  return kernelScore(metric, recipe, generated, reference, options)
}

interface HowSure {
  interval: DistanceInterval
  extrapolation?: Extrapolation
  influence?: Influences
}

async function howSure(
  recipe: FrechetRecipe | KernelRecipe,
  generated: FeatureMatrix,
  reference: FrechetSide,
  value: number,
  options: ScoreDistanceOptions,
): Promise<HowSure> {
  const intervalOptions = { ...(options.interval === false ? {} : options.interval), signal: options.signal }
  const { ids, groupOfRow } = groupByClip(generated)
  const top = options.influential ?? 5
  const out: HowSure = { interval: { interval: null } }
  const wanted = options.interval !== false || options.extrapolation !== false || top > 0
  const refusal = tooSmall(ids.length, generated.rows, rowCount(reference))
  if (!wanted || refusal !== undefined) {
    if (options.interval !== false) out.interval.reason = refusal
    return out
  }
  const evaluator = await openEvaluator(recipe, generated, reference)
  const influences = once(() => rowInfluences(recipe, generated, reference))
  if (options.interval !== false) {
    out.interval =
      evaluator !== undefined && affordableResamples(evaluator, intervalOptions) > 0
        ? await distanceInterval(evaluator, value, intervalOptions)
        : byJackknife(value, generated, reference, await influences(), intervalOptions)
  }
  if ('ddof' in recipe && options.extrapolation !== false && evaluator !== undefined && ids.length >= 4) {
    const affordable = 15 * evaluator.nominalSeconds <= EXTRAPOLATION_SECONDS
    if (affordable || options.extrapolation === true) {
      out.extrapolation = await extrapolate(evaluator, { seed: intervalOptions.seed, signal: options.signal })
    }
  }
  // Two clips: leaving one out leaves a single one.
  if (top > 0 && ids.length >= 3) {
    out.influence =
      evaluator !== undefined &&
      (evaluator.withoutEach !== undefined || ids.length * evaluator.nominalSeconds <= INFLUENCE_SECONDS)
        ? await leaveOneOut(evaluator, ids, await evaluator.value(new Float64Array(ids.length).fill(1)), options.signal)
        : firstOrder((await influences()).generated, ids, groupOfRow)
  }
  return out
}

/** A clip that stands alone leaves nothing to resample; one row or two leave no covariance to weigh. */
function tooSmall(clips: number, rows: number, referenceRows = 3): string | undefined {
  if (clips < 2) return `an interval over clips needs at least 2 clips; found ${clips}`
  const fewest = Math.min(rows, referenceRows)
  return fewest < 3 ? `resampling needs at least 3 rows a side; found ${fewest}` : undefined
}

async function openEvaluator(
  recipe: FrechetRecipe | KernelRecipe,
  generated: FeatureMatrix,
  reference: FrechetSide,
): Promise<ClipEvaluator | undefined> {
  if ('ddof' in recipe) return frechetEvaluator(recipe, generated, reference, true)
  if (isGaussian(reference)) return undefined
  const clips = Math.max(groupByClip(generated).ids.length, groupByClip(reference).ids.length)
  return clips > MOST_KERNEL_CLIPS ? undefined : kernelEvaluator(recipe, generated, reference)
}

interface RowInfluences {
  generated: Float64Array
  reference: Float64Array | undefined
}

async function rowInfluences(
  recipe: FrechetRecipe | KernelRecipe,
  generated: FeatureMatrix,
  reference: FrechetSide,
): Promise<RowInfluences> {
  if (!('ddof' in recipe)) return kernelInfluence(await kernelSums(generated, reference as FeatureMatrix), recipe.scale)
  return {
    generated: await frechetInfluence(recipe, generated, reference),
    reference: isGaussian(reference) ? undefined : await frechetInfluence(recipe, reference, generated),
  }
}

function byJackknife(
  value: number,
  generated: FeatureMatrix,
  reference: FrechetSide,
  influences: RowInfluences,
  options: IntervalOptions,
): DistanceInterval {
  const other =
    isGaussian(reference) || influences.reference === undefined
      ? undefined
      : { features: reference, influence: influences.reference }
  return jackknifeInterval(value, { features: generated, influence: influences.generated }, other, options)
}

function named(
  { clips, method }: Influences,
  { influential = 5, clipNames }: ScoreDistanceOptions,
): Record<string, unknown> {
  const top = clips.slice(0, influential)
  return { method, clips: top.map(({ clip, change }) => ({ clip: clipNames?.[clip] ?? clip, change })) }
}
