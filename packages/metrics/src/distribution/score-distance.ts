import type { Interval, Score, ScoreDetails } from '@kinemetric/records'
import type { FeatureMatrix } from '../features/feature-matrix.ts'
import { isGaussian, rowCount, type RowsOrGaussian } from '../features/rows-or-gaussian.ts'
import { groupByClip } from '../intervals/units/clip-groups.ts'
import type { DistanceInterval, IntervalOptions } from '../intervals/distance-interval.ts'
import { extrapolate, type Extrapolation } from '../intervals/extrapolation.ts'
import { firstOrder, leaveOneOut, type Influences } from '../intervals/influence.ts'
import { errorOfEffects, FEWEST_UNITS, studentInterval, unitsOfEffects } from '../intervals/jackknife.ts'
import { once } from '../intervals/once.ts'
import type { DistanceOptions } from '../recipes/distance-result.ts'
import { findRecipe } from '../recipes/find-recipe.ts'
import { signature, type SignatureValue } from '../recipes/signature.ts'
import type { DistanceMetric, DistanceRecipe } from '../spec/distance.ts'
import { type EffectsOptions, unitEffects } from './unit-effects.ts'

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
 * @param generated features, or statistics where the distance takes such (then without interval, extrapolation and influence)
 * @throws KinemetricError as the metric itself, and `bad-option` for statistics given to one that takes none
 */
export async function scoreDistance<R extends DistanceRecipe>(
  metric: DistanceMetric<R>,
  generated: RowsOrGaussian,
  reference: RowsOrGaussian,
  options: ScoreDistanceOptions = {},
): Promise<Score> {
  const recipe = findRecipe(metric, options.recipe)
  const { value, n, ...result } = await metric.distance.value(metric.id, recipe, generated, reference, options)
  // How much went in stands once, in sampleSize.
  const { dimension: _dimension, rows: _rows, clips: _clips, ...parts } = result.details
  const warnings = [...result.warnings]
  let interval: DistanceInterval = { interval: null }
  let sure: HowSure | undefined
  if (!isGaussian(generated)) {
    sure = await howSure(metric, recipe, generated, reference, value, options)
    interval = sure.interval
    if (interval.reason !== undefined) warnings.push(`no interval: ${interval.reason}`)
  } else if (options.interval !== false) warnings.push('no interval: statistics hold no clips')
  return {
    metric: metric.id,
    recipe: recipe.id,
    value,
    label: metric.label,
    unit: metric.unit,
    better: metric.better,
    n,
    interval: withinRange(interval.interval, metric.range),
    signature: signature(metric, recipe.id, options.extra),
    ...(warnings.length > 0 ? { warnings } : {}),
    details: {
      ...parts,
      ...(interval.resamplingBias === undefined ? {} : { resamplingBias: interval.resamplingBias }),
      ...sizeDetails(generated, reference),
      ...(sure?.extrapolation === undefined ? {} : { extrapolation: curveDetails(sure.extrapolation) }),
      ...(sure?.influence === undefined ? {} : influenceDetails(sure.influence, value, options)),
    },
  }
}

/** How many rows and clips went in; nothing where statistics do not say. */
function sizeDetails(generated: RowsOrGaussian, reference: RowsOrGaussian): Pick<ScoreDetails, 'sampleSize'> {
  const rows = { generated: rowCount(generated), reference: rowCount(reference) }
  if (rows.generated === undefined || rows.reference === undefined) return {}
  const clips = isGaussian(generated) ? {} : { clips: groupByClip(generated).ids.length }
  return {
    sampleSize: {
      generated: rows.generated,
      reference: rows.reference,
      ...clips,
      dimension: generated.dimension,
    },
  }
}

/** The curve as columns. */
function curveDetails({ value: intercept, curve, ...how }: Extrapolation): NonNullable<ScoreDetails['extrapolation']> {
  return { ns: curve.map((point) => point.clips), values: curve.map((point) => point.value), intercept, ...how }
}

/** An influence is what a clip adds; what is told is what its absence changes. */
function influenceDetails(
  { clips, method }: Influences,
  value: number,
  { influential = 5, clipNames }: ScoreDistanceOptions,
): Pick<ScoreDetails, 'influence'> & { influenceMethod: string } {
  const influence = clips.slice(0, influential).map(({ clip, change }) => ({
    clip: clipNames?.[clip] ?? String(clip),
    without: value - change,
    change: -change,
  }))
  return { influence, influenceMethod: method }
}

/** A normal or recentred interval may reach beyond what the definition allows: below 0, for a Fréchet distance. */
function withinRange(interval: Interval | null, [least, most]: readonly [number, number]): Interval | null {
  if (interval === null) return null
  return { ...interval, low: Math.max(least, interval.low), high: Math.min(most, interval.high) }
}

interface HowSure {
  interval: DistanceInterval
  extrapolation?: Extrapolation
  influence?: Influences
}

async function howSure<R extends DistanceRecipe>(
  metric: DistanceMetric<R>,
  recipe: R,
  generated: FeatureMatrix,
  reference: RowsOrGaussian,
  value: number,
  options: ScoreDistanceOptions,
): Promise<HowSure> {
  const { distance } = metric
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
  const evaluator = await distance.evaluator(recipe, generated, reference)
  const influences = once(() => distance.influences(recipe, generated, reference))
  if (options.interval !== false) {
    out.interval = await byJackknife(metric, recipe, value, generated, reference, {
      ...intervalOptions,
      paired: intervalOptions.paired ?? false,
      evaluator,
      influences,
    })
  }
  if (distance.extrapolates && options.extrapolation !== false && evaluator !== undefined && ids.length >= 4) {
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

async function byJackknife<R extends DistanceRecipe>(
  { distance }: DistanceMetric<R>,
  recipe: R,
  value: number,
  generated: FeatureMatrix,
  reference: RowsOrGaussian,
  { level = 0.95, ...options }: EffectsOptions & { level?: number | undefined },
): Promise<DistanceInterval> {
  const effects = await unitEffects(distance, recipe, generated, reference, options)
  const units = unitsOfEffects(effects)
  if (units < FEWEST_UNITS) return { interval: null, reason: `n = ${units}: too few for an interval` }
  const se = errorOfEffects(effects)
  if (se === 0) return { interval: null, reason: `the same value without each of ${units} units` }
  return { interval: studentInterval(value, se, units, level, effects.method) }
}
