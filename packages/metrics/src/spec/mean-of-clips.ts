import type { Score } from '@kinemetric/records'
import { bootstrap, type BootstrapOptions, type IntervalOutcome } from '../intervals/bootstrap.ts'
import { findRecipe } from '../recipes/find-recipe.ts'
import { metricError } from '../recipes/metric-error.ts'
import type { RecipeInfo } from '../recipes/recipe.ts'
import { signature, type SignatureValue } from '../recipes/signature.ts'
import { type Averaging, means } from './averaging.ts'
import type { MeasuredSet } from './measured-set.ts'
import type { Concluding, MetricSpec } from './metric-spec.ts'

/** What a score of values needs to know of a metric. */
export type Scored<R extends RecipeInfo> = Pick<
  MetricSpec<never, R>,
  'id' | 'version' | 'label' | 'unit' | 'better' | 'defaultRecipe' | 'recipes' | 'averaging'
>

/** What a set's score is made with, beside the values. */
export interface ScoreClipsOptions extends BootstrapOptions {
  /** What the recipe does not know: frames, size, weights digest, resize, …; goes into the signature. */
  extra?: Readonly<Record<string, SignatureValue | undefined>> | undefined
}

/** The score of a set of a metric whose clips have values: `conclude` of frame and clip metrics. */
export function meanOfClips<R extends RecipeInfo>(
  metric: Scored<R>,
  { clips }: MeasuredSet,
  recipe: R,
  { shown, extra, bootstrap: resampling, seeds }: Concluding,
): Score {
  const values = clips.flatMap((clip) => clip.values ?? [])
  const score = scoreClips(metric, recipe.id, values, { seed: seeds.bootstrap, ...resampling, extra })
  const without = clips.length - values.length
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
 * interval resamples whole clips, for the frames of one clip are not independent.
 *
 * JSON has no infinity: a set whose value is infinite (PSNR without any error) has `value: null` and a warning that says
 * so.
 *
 * @param clips per clip the values of its frames; +Infinity is allowed, NaN is not
 * @throws KinemetricError `unknown-recipe`, `empty` for a clip without values, `not-finite` for NaN; both name the clip
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
  const statistic = averaging.ofSet(clips, recipe)
  const value = clips.length === 0 ? Number.NaN : statistic(Uint32Array.from(clips.keys()))
  const outcome: IntervalOutcome =
    clips.length === 0 ? { interval: null, reason: 'no clip was scored' } : bootstrap(clips.length, statistic, options)
  const warnings = clips.length === 0 ? ['no value: no clip was scored'] : averaging.remarks(clips, value, recipe)
  if (outcome.reason !== undefined && clips.length > 0) warnings.push(`no interval: ${outcome.reason}`)
  return {
    metric: metric.id,
    recipe: recipe.id,
    value: Number.isFinite(value) ? value : null,
    label: metric.label,
    unit: metric.unit,
    better: metric.better,
    n: clips.length,
    interval: outcome.interval,
    signature: signature(metric, recipe.id, options.extra),
    ...(warnings.length > 0 ? { warnings } : {}),
    details: { frames: clips.reduce((sum, values) => sum + values.length, 0) },
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
