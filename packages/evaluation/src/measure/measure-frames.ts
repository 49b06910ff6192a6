import { createFrameMetricPool } from '@kinemetric/metrics'
import { storedSeries } from '../journal/measurement.ts'
import { measuredOnce, type MetricName, metricKey } from '../plan/metric-name.ts'
import { measuredValues } from './measured-values.ts'
import type { Measurer } from './measurer.ts'
import { metricFailures } from './metric-failures.ts'

/** Metrics of the frames themselves, under all the recipes asked for: those of single frames in worker threads, in one pass over the pixels. */
export function openFrameMeasurer(names: readonly MetricName[]): Measurer & { close(): Promise<void> } {
  const pool = createFrameMetricPool()
  const once = measuredOnce(names)
  const single = once.filter(({ metric }) => metric.frame !== undefined)
  const whole = once.filter(({ metric }) => metric.frame === undefined)
  return {
    use: { key: 'frames' },
    names,
    uses: 'host',
    measure: ({ reference, generatedScored, referenceScored, scored }) =>
      metricFailures(reference.id, names, async () => {
        const found = await pool.measure(generatedScored, referenceScored, single)
        const ofClip = measuredValues(whole, { generated: generatedScored, reference: referenceScored })
        for (const [i, name] of single.entries()) ofClip.values[metricKey(name)] = storedSeries(scored, found[i])
        return ofClip
      }),
    close: () => pool.close(),
  }
}
