import { clipValue } from '@kinemetric/metrics'
import type { TableRow } from '@kinemetric/records'
import { type ClipMeasurements, fromStored } from '../journal/measurement.ts'
import { type MetricName, metricKey } from '../plan/metric-name.ts'
import { definedValues } from './measured-sets.ts'

/** Every frame's value and, at frame −1, the clip's own (their mean, or what the recipe makes of them). */
export function recordTable(names: readonly MetricName[], clips: readonly ClipMeasurements[]): TableRow[] {
  const rows: TableRow[] = []
  for (const { clip, values } of clips) {
    for (const name of names) {
      const series = values[metricKey(name)]
      if (series === undefined) continue
      const row = (frame: number, value: number) =>
        rows.push({ clip, frame, metric: name.metric.id, recipe: name.shown, value })
      for (const [i, frame] of series.frames.entries()) row(frame, fromStored(series.values[i]))
      if (!series.frames.includes(-1)) row(-1, ofClip(name, series.values))
    }
  }
  return rows
}

function ofClip({ metric, recipe }: MetricName, values: Parameters<typeof definedValues>[0]): number {
  const defined = definedValues(values)
  return defined === undefined ? Number.NaN : clipValue(metric, recipe.id, defined)
}
