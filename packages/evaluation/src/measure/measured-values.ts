import { benchmarkError } from '@kinemetric/benchmark'
import type { ClipValues, NeedKind, NeedKinds } from '@kinemetric/metrics'
import { type Measurement, storedSeries } from '../journal/measurement.ts'
import { measuredOnce, type MetricName, metricKey } from '../plan/metric-name.ts'
import { metricFailure } from './metric-failures.ts'

/**
 * What metrics make of what was given for a clip, as the journal keeps it. A metric that refuses the clip is that clip's failure and takes no other one
 * with it. Throws every other error of the metrics.
 * @throws KinemetricError `no-formula`
 */
export function measuredValues(
  clip: string,
  names: readonly MetricName[],
  given: NeedKinds[NeedKind]['given'],
): Required<Pick<Measurement, 'values' | 'notes' | 'failures'>> {
  const measured: Required<Pick<Measurement, 'values' | 'notes' | 'failures'>> = { values: {}, notes: {}, failures: [] }
  for (const name of measuredOnce(names)) {
    try {
      const found = measure(name, given)
      if (found.series !== undefined)
        measured.values[metricKey(name)] = storedSeries(found.series.frames, found.series.values)
      if (found.notes !== undefined) measured.notes[metricKey(name)] = found.notes
    } catch (error) {
      const failure = metricFailure(clip, [name], error)
      // Recipes of one metric refuse a clip for one reason: that is told once.
      if (!measured.failures.some(({ message }) => message === failure.message)) measured.failures.push(failure)
    }
  }
  return measured
}

/** A metric without a formula would be a column without values, and nobody would know why. */
function measure({ metric, recipe }: MetricName, given: NeedKinds[NeedKind]['given']): ClipValues {
  if (metric.measure !== undefined) return metric.measure(given, recipe)
  throw benchmarkError('no-formula', metric.id, {
    expected: '`frame` or `measure` in its spec, which say how a clip gets its values',
    found: 'neither',
  })
}
