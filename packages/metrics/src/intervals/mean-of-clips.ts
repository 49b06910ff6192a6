import { bootstrap, type BootstrapOptions, type IntervalOutcome } from './bootstrap.ts'
import { findRecipe } from '../spec/find-recipe.ts'
import { PSNR_CAP } from '../image/frame-psnr.ts'
import { MetricError } from '../spec/metric-error.ts'
import type { MetricInfo } from '../spec/metric-spec.ts'
import { pooledPsnr } from '../image/psnr.ts'
import type { Score } from '@kinemetric/records'
import { signature, type SignatureValue } from '../spec/signature.ts'

/** What a set's score is made with, beside the values. */
export interface ScoreClipsOptions extends BootstrapOptions {
  /** What the recipe does not know: frames, size, weights digest, resize, …; goes into the signature. */
  extra?: Readonly<Record<string, SignatureValue | undefined>> | undefined
}

/**
 * The score of a set of clips for a metric with values per frame (PSNR, SSIM, LPIPS) or per clip (motion fidelity: arrays
 * of one value).
 *
 * The mean is over each clip's frames first, then over the clips, so that a longer clip weighs no more; the recipe
 * `pooled` of PSNR is the logarithm of the mean squared error over all frames instead, found exactly from the frames'
 * values. The interval resamples whole clips, for the frames of one clip are not independent.
 *
 * JSON has no infinity: a set whose value is infinite (PSNR without any error) has `value: null` and a warning that says
 * so. Identical frames under the recipe `frame-mean` count as 100 dB and are counted in a warning.
 *
 * @param clips per clip the values of its frames; +Infinity is allowed, NaN is not
 * @throws MetricError `unknown-recipe`, `empty` for a clip without values, `not-finite` for NaN; both name the clip
 */
export function scoreClips(
  metric: MetricInfo,
  recipeId: string,
  clips: readonly Float64Array[],
  options: ScoreClipsOptions = {},
): Score {
  const recipe = findRecipe(metric, recipeId).id
  clips.forEach((values, clip) => checkClip(metric, values, clip))
  const statistic = isPooled(metric, recipe) ? pooledStatistic(clips) : meanStatistic(clips)
  const value = clips.length === 0 ? Number.NaN : statistic(Uint32Array.from(clips.keys()))
  const outcome: IntervalOutcome =
    clips.length === 0 ? { interval: null, reason: 'no clip was scored' } : bootstrap(clips.length, statistic, options)
  const warnings = [...valueWarnings(metric, recipe, clips, value)]
  if (outcome.reason !== undefined && clips.length > 0) warnings.push(`no interval: ${outcome.reason}`)
  return {
    metric: metric.id,
    recipe,
    value: Number.isFinite(value) ? value : null,
    unit: metric.unit,
    better: metric.better,
    n: clips.length,
    interval: outcome.interval,
    signature: signature(metric, recipe, options.extra),
    ...(warnings.length > 0 ? { warnings } : {}),
    details: { frames: clips.reduce((sum, values) => sum + values.length, 0) },
  }
}

/**
 * One clip's value from its frames': their mean, or for the recipe `pooled` of PSNR the clip's own pooled PSNR.
 *
 * @throws MetricError `unknown-recipe`
 */
export function clipValue(metric: MetricInfo, recipeId: string, frameValues: Float64Array): number {
  return isPooled(metric, findRecipe(metric, recipeId).id) ? pooledPsnr(frameValues) : mean(frameValues)
}

function isPooled(metric: MetricInfo, recipe: string): boolean {
  return metric.id === 'psnr' && recipe === 'pooled'
}

function mean(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

function meanStatistic(clips: readonly Float64Array[]): (indices: Uint32Array) => number {
  const means = clips.map(mean)
  return (indices) => {
    let sum = 0
    for (const index of indices) sum += means[index]
    return sum / indices.length
  }
}

/** The sums that pooling needs, per clip: the resamples then cost no logarithm per frame. */
function pooledStatistic(clips: readonly Float64Array[]): (indices: Uint32Array) => number {
  const errors = clips.map((values) => values.reduce((sum, value) => sum + 10 ** (-value / 10), 0))
  return (indices) => {
    let error = 0
    let frames = 0
    for (const index of indices) {
      error += errors[index]
      frames += clips[index].length
    }
    return -10 * Math.log10(error / frames)
  }
}

function checkClip(metric: MetricInfo, values: Float64Array, clip: number): void {
  if (values.length === 0) {
    throw new MetricError('empty', 'scoreClips', `expected at least one ${metric.id} value of clip ${clip}; found none`)
  }
  const wrong = values.findIndex(Number.isNaN)
  if (wrong >= 0) {
    throw new MetricError(
      'not-finite',
      'scoreClips',
      `expected ${metric.id} values; found NaN at clip ${clip}, frame ${wrong}`,
    )
  }
}

function valueWarnings(metric: MetricInfo, recipe: string, clips: readonly Float64Array[], value: number): string[] {
  if (clips.length === 0) return ['no value: no clip was scored']
  if (metric.id !== 'psnr') return Number.isFinite(value) ? [] : [`no value: it is ${value}`]
  const limit = recipe === 'frame-mean' ? PSNR_CAP : Number.POSITIVE_INFINITY
  let identical = 0
  let frames = 0
  for (const values of clips) {
    frames += values.length
    for (const frame of values) identical += frame >= limit ? 1 : 0
  }
  if (identical === 0) return []
  const who = `${identical} of ${frames} frames equal their reference`
  if (recipe === 'frame-mean') return [`${who} (or nearly) and count as ${PSNR_CAP} dB`]
  return Number.isFinite(value)
    ? [`${who}; pooling counts them as no error`]
    : [`no value: ${who}, so that it is infinite`]
}
