import { isError } from '@kinemetric/files'
import { findMetric, findRecipe, hallInterval, type MetricSpec, scoreClips, unitValues } from '@kinemetric/metrics'
import { type Bounds, clipValuesOf, type Score } from '@kinemetric/records'
import type { ComparedRecord } from './compared-record.ts'
import type { PairedReferences } from './paired-references.ts'

/** A method's value over some clips, and its interval. */
export interface OverClips {
  value: number
  interval: Bounds | null
}

/**
 * A method's score over the clips that all ranked methods have: as the metric makes it of its frames where these pool (PSNR's mean of squared errors), else
 * the mean of the clips' values; with the interval that the record's own score has.
 * @param clips at least one, each with a value
 */
export function overCommonClips(
  record: Pick<ComparedRecord, 'rows'>,
  score: Score,
  clips: readonly string[],
  { unitOf, weightOf }: Pick<PairedReferences, 'unitOf' | 'weightOf'>,
): OverClips {
  const units = clips.map(unitOf)
  const weights = clips.map(weightOf)
  const pooling = poolingOf(score)
  const frames = pooling === undefined ? undefined : framesOf(record, score, clips)
  if (pooling !== undefined && frames !== undefined) {
    const pooled = scoreClips(pooling.metric, pooling.recipe, frames, { units, weights })
    if (pooled.value !== null) return { value: pooled.value, interval: boundsOf(pooled.interval) }
  }
  const values = clipValuesOf(record.rows, score)
  const own = unitValues({ values: clips.map((clip) => values.get(clip) ?? Number.NaN), units, weights })
  const range = knownMetric(score)?.range
  return { value: own.mean, interval: boundsOf(hallInterval(own.values, { range }).interval) }
}

/** The metric and recipe of a score whose frames are averaged in a way of its own. */
function poolingOf(score: Score): { metric: MetricSpec; recipe: string } | undefined {
  const metric = knownMetric(score)
  if (metric?.averaging === undefined) return undefined
  try {
    return { metric, recipe: findRecipe(metric, score.recipe).id }
  } catch (error) {
    if (isError(error, 'input')) return undefined
    throw error
  }
}

function knownMetric({ metric }: Score): MetricSpec | undefined {
  try {
    return findMetric(metric)
  } catch (error) {
    if (isError(error, 'input')) return undefined
    throw error
  }
}

/** The values of the clips' frames, in their order; undefined where a clip has none of its own (several samples). */
function framesOf(
  { rows }: Pick<ComparedRecord, 'rows'>,
  { metric, recipe }: Score,
  clips: readonly string[],
): Float64Array[] | undefined {
  const own = rows.filter(
    (row) => row.frame >= 0 && row.sample === undefined && row.metric === metric && row.recipe === recipe,
  )
  const byClip = Map.groupBy(own, ({ clip }) => clip)
  if (clips.some((clip) => !byClip.has(clip))) return undefined
  return clips.map((clip) => Float64Array.from(byClip.get(clip) ?? [], ({ value }) => value))
}

function boundsOf(interval: Bounds | null): Bounds | null {
  return interval === null ? null : { low: interval.low, high: interval.high }
}
