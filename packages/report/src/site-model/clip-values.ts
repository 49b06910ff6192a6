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

/** Groups a Parquet table's rows. */
export function clipValues(rows: readonly TableRow[]): ClipValues {
  const values: ClipValues = new Map()
  for (const { clip, frame, metric, recipe, value } of rows) {
    const key = metricKey(metric, recipe)
    let clips = values.get(key)
    if (clips === undefined) values.set(key, (clips = new Map()))
    let entry = clips.get(clip)
    if (entry === undefined) clips.set(clip, (entry = { value: null, frames: [] }))
    if (frame < 0) entry.value = Number.isFinite(value) ? value : null
    else entry.frames.push({ frame, value })
  }
  for (const entry of [...values.values()].flatMap((clips) => [...clips.values()])) {
    entry.value ??= mean(entry.frames.map(({ value }) => value).filter(Number.isFinite))
    entry.frames.sort((a, b) => a.frame - b.frame)
  }
  return values
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
