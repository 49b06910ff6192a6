import type { ClipValues, NeedKind, NeedKinds } from '@kinemetric/metrics'
import { type Measurement, storedSeries } from '../journal/measurement.ts'
import { measuredOnce, type MetricName, metricKey } from '../plan/metric-name.ts'

/** What metrics make of what was given for a clip, as the journal keeps it. Throws what the metrics throw. */
export function measuredValues(
  names: readonly MetricName[],
  given: NeedKinds[NeedKind]['given'],
): Required<Pick<Measurement, 'values' | 'notes'>> {
  const measured: Required<Pick<Measurement, 'values' | 'notes'>> = { values: {}, notes: {} }
  for (const name of measuredOnce(names)) {
    const found: ClipValues = name.metric.measure?.(given, name.recipe) ?? {}
    if (found.series !== undefined)
      measured.values[metricKey(name)] = storedSeries(found.series.frames, found.series.values)
    if (found.notes !== undefined) measured.notes[metricKey(name)] = found.notes
  }
  return measured
}
