import type { Score, ScoreDetails } from '@kinemetric/records'
import type { BootstrapOptions, IntervalOutcome } from '../intervals/bootstrap.ts'
import { findRecipe } from '../recipes/find-recipe.ts'
import { metricError } from '../recipes/metric-error.ts'
import type { RecipeInfo } from '../recipes/recipe.ts'
import { signature, type SignatureValue } from '../recipes/signature.ts'
import { type Averaging, means } from './averaging.ts'
import { labelOf } from './label-of.ts'
import { intervalOfClips, valueOfClips } from './interval-of-clips.ts'
import { isSkipped, type MeasuredSet } from './measured-set.ts'
import type { Concluding, MetricSpec } from './metric-spec.ts'

/** What a score of values needs to know of a metric. */
export type Scored<R extends RecipeInfo> = Pick<
  MetricSpec<never, R>,
  'id' | 'version' | 'group' | 'label' | 'unit' | 'better' | 'defaultRecipe' | 'recipes' | 'averaging' | 'range'
>

/** What a set's score is made with, beside the values. */
export interface ScoreClipsOptions extends Omit<BootstrapOptions, 'interval'> {
  /** Default `hall-t`, which draws nothing; the bootstraps (with `seed` and `resamples`) reproduce older intervals. */
  interval?: 'hall-t' | 'bca' | 'percentile' | undefined
  /** `[clips]` the source video of each; clips of one are one unit of the interval. Absent: every clip is a unit. */
  units?: readonly string[] | undefined
  /** `[clips]` what each counts, above 0; absent: 1. */
  weights?: readonly number[] | undefined
  /** What the recipe does not know: frames, size, weights digest, resize, …; goes into the signature. */
  extra?: Readonly<Record<string, SignatureValue | undefined>> | undefined
}

/** The score of a set of a metric whose clips have values: `conclude` of frame and clip metrics. */
export function meanOfClips<R extends RecipeInfo>(
  metric: Scored<R>,
  { clips }: MeasuredSet,
  recipe: R,
  { shown, extra, bootstrap: resampling, interval, seeds }: Concluding,
): Score {
  const values: Float64Array[] = []
  const units: string[] = []
  const weights: number[] = []
  let [without, hasUnits, hasWeights] = [0, false, false]
  for (const clip of clips) {
    if (clip.values === undefined) {
      // What is skipped by design is no missing value; the metric tells it itself.
      if (!isSkipped(clip)) without++
      continue
    }
    values.push(clip.values)
    units.push(clip.unit ?? clip.clip)
    weights.push(clip.weight ?? 1)
    hasUnits ||= clip.unit !== undefined
    hasWeights ||= clip.weight !== undefined
  }
  const score = scoreClips(metric, recipe.id, values, {
    seed: seeds.bootstrap,
    ...resampling,
    interval,
    units: hasUnits ? units : undefined,
    weights: hasWeights ? weights : undefined,
    extra,
  })
  const warnings = [
    ...(score.warnings ?? []),
    ...(without > 0 && values.length > 0 ? [`${without} of ${clips.length} clips have no value`] : []),
  ]
  return { ...score, recipe: shown, ...(warnings.length > 0 ? { warnings } : {}) }
}

/**
 * The score of a set of clips for a metric with values per frame (PSNR, SSIM, LPIPS) or per clip (motion fidelity: arrays
 * of one value).
 *
 * How frames and clips are averaged is the metric's (`averaging`): the mean over each clip's frames, then over the clips, where it says nothing. The
 * interval is of the mean over source videos (`hallInterval`), for frames of one clip and clips of one video are not independent; it is cut to the
 * metric's range, and where the value is a function of a mean (pooled PSNR) its ends are that function of the mean's.
 *
 * JSON has no infinity: a set whose value is infinite (PSNR without any error) has `value: null` and a warning that says
 * so.
 *
 * @param clips per clip the values of its frames; +Infinity is allowed, NaN is not
 * @throws KinemetricError `unknown-recipe`, `empty` for a clip without values, `not-finite` for NaN; both name the clip; `bad-option`,
 * `shape-mismatch` for units and weights
 */
export function scoreClips<R extends RecipeInfo>(
  metric: Scored<R>,
  recipeId: string | undefined,
  clips: readonly Float64Array[],
  options: ScoreClipsOptions = {},
): Score {
  const recipe = findRecipe(metric, recipeId)
  clips.forEach((values, clip) => checkClip(metric.id, values, clip))
  const averaging = averagingOf(metric)
  const valueOf = valueOfClips(averaging, clips, recipe, options.weights)
  const value = clips.length === 0 ? Number.NaN : valueOf([...clips.keys()])
  const outcome: IntervalOutcome =
    clips.length === 0
      ? { interval: null, reason: 'no clip has a value' }
      : intervalOfClips(metric, averaging, clips, recipe, options)
  const warnings = clips.length === 0 ? ['no value: no clip has one'] : averaging.remarks(clips, value, recipe)
  if (outcome.reason !== undefined && clips.length > 0) warnings.push(`no interval: ${outcome.reason}`)
  return {
    metric: metric.id,
    recipe: recipe.id,
    value: Number.isFinite(value) ? value : null,
    label: labelOf(metric),
    unit: metric.unit,
    better: metric.better,
    n: clips.length,
    interval: outcome.interval,
    signature: signature(metric, recipe.id, options.extra),
    ...(warnings.length > 0 ? { warnings } : {}),
    details: {
      frames: clips.reduce((sum, values) => sum + values.length, 0),
      ...unitDetails(clips.length, options.units),
      ...boundDetails(metric.range, averaging, clips, recipe),
      ...capDetails(averaging, clips, recipe, valueOf),
    },
  }
}

/**
 * One clip's value from its frames': their mean, or what the metric's recipe makes of them.
 *
 * @param frameValues none of them NaN
 * @throws KinemetricError `unknown-recipe`
 */
export function clipValue<R extends RecipeInfo>(
  metric: Scored<R>,
  recipeId: string | undefined,
  frameValues: Float64Array,
): number {
  return averagingOf(metric).ofClip(frameValues, findRecipe(metric, recipeId))
}

function averagingOf<R extends RecipeInfo>(metric: Scored<R>): Averaging<R> {
  return metric.averaging ?? means
}

/** Units, where they are fewer than clips. */
function unitDetails(clips: number, units: readonly string[] | undefined): Pick<ScoreDetails, 'units'> {
  const count = units === undefined ? clips : new Set(units).size
  return count === clips ? {} : { units: count }
}

/** Shares of the clips whose value is the smallest or the largest that the definition allows. */
function boundDetails<R extends RecipeInfo>(
  [least, most]: readonly [number, number],
  averaging: Averaging<R>,
  clips: readonly Float64Array[],
  recipe: R,
): Pick<ScoreDetails, 'atBound'> {
  const values = clips.map((clip) => averaging.ofClip(clip, recipe))
  const share = (bound: number) =>
    Number.isFinite(bound) ? values.filter((value) => value === bound).length / clips.length : 0
  const atBound = { low: share(least), high: share(most) }
  return clips.length === 0 || atBound.low + atBound.high === 0 ? {} : { atBound }
}

/** The value over the clips that reach no cap, where some do. */
function capDetails<R extends RecipeInfo>(
  averaging: Averaging<R>,
  clips: readonly Float64Array[],
  recipe: R,
  valueOf: (indices: readonly number[]) => number,
): Pick<ScoreDetails, 'withoutCapped'> {
  const others = [...clips.keys()].filter((clip) => averaging.reachesCap?.(clips[clip], recipe) !== true)
  if (others.length === clips.length) return {}
  return {
    withoutCapped: {
      capped: clips.length - others.length,
      n: others.length,
      value: others.length === 0 ? null : valueOf(others),
    },
  }
}

function checkClip(metric: string, values: Float64Array, clip: number): void {
  if (values.length === 0)
    throw metricError('empty', 'scoreClips', {
      expected: `at least one ${metric} value of clip ${clip}`,
      found: 'none',
    })
  const wrong = values.findIndex(Number.isNaN)
  if (wrong >= 0)
    throw metricError('not-finite', 'scoreClips', {
      expected: `${metric} values`,
      found: `NaN at clip ${clip}, frame ${wrong}`,
    })
}
