import type { TableRow } from '@kinemetric/records'

/** A method's values by metric and recipe, then clip: the clip's own value, and its frames' where the metric has them. */
export type ClipValues = Map<string, Map<string, ClipValue>>

export interface ClipValue {
  /** The clip's value (frame −1), else the mean of its finite frame values; null where there is none. */
  value: number | null
  frames: { frame: number; value: number }[]
}

/** Key of a metric under a recipe, as tables have them. */
export function metricKey(metric: string, recipe: string): string {
  return `${metric} ${recipe}`
}

/** Groups a Parquet table's rows. Of a clip with several samples the value is that over all of them, and a frame's the mean over them. */
export function clipValues(rows: readonly TableRow[]): ClipValues {
  const values: ClipValues = new Map()
  for (const { clip, frame, metric, recipe, value, sample } of rows) {
    const key = metricKey(metric, recipe)
    let clips = values.get(key)
    if (clips === undefined) values.set(key, (clips = new Map()))
    let entry = clips.get(clip)
    if (entry === undefined) clips.set(clip, (entry = { value: null, frames: [] }))
    if (frame >= 0) entry.frames.push({ frame, value })
    else if (sample === undefined) entry.value = Number.isFinite(value) ? value : null
  }
  for (const entry of [...values.values()].flatMap((clips) => [...clips.values()])) {
    entry.value ??= mean(entry.frames.map(({ value }) => value).filter(Number.isFinite))
    entry.frames = overSamples(entry.frames)
  }
  return values
}

function overSamples(frames: ClipValue['frames']): ClipValue['frames'] {
  const byFrame = new Map<number, number[]>()
  for (const { frame, value } of frames) {
    const known = byFrame.get(frame)
    if (known === undefined) byFrame.set(frame, [value])
    else known.push(value)
  }
  return [...byFrame]
    .map(([frame, found]) => ({ frame, value: found.length === 1 ? found[0] : (mean(found) ?? Number.NaN) }))
    .sort((a, b) => a.frame - b.frame)
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
