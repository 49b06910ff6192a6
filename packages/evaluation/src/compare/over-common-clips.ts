import { hallInterval, scoreClips, unitValues } from '@kinemetric/metrics'
import { type Bounds, clipValuesOf, type Score } from '@kinemetric/records'
import { metricOfScore } from './metric-of-score.ts'
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
  const known = metricOfScore(score)
  const frames = known?.metric.averaging === undefined ? undefined : framesOf(record, score, clips)
  if (known?.recipe !== undefined && frames !== undefined) {
    const pooled = scoreClips(known.metric, known.recipe.id, frames, { units, weights })
    if (pooled.value !== null) return { value: pooled.value, interval: boundsOf(pooled.interval) }
  }
  const values = clipValuesOf(record.rows, score)
  const own = unitValues({ values: clips.map((clip) => values.get(clip) ?? Number.NaN), units, weights })
  const range = known?.metric.range
  return { value: own.mean, interval: boundsOf(hallInterval(own.values, { range }).interval) }
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
