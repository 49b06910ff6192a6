import { createFrameMetricPool } from '@kinemetric/metrics'
import type { ClipPair } from '../clips/clip-pair.ts'
import { type Measurement, storedSeries } from '../journal/measurement.ts'
import { measuredOnce, type MetricName, metricKey } from '../plan/metric-name.ts'
import { measuredValues } from './measured-values.ts'
import type { Measurer } from './measurer.ts'
import { metricFailures } from './metric-failures.ts'

/**
 * Metrics of the frames themselves, under all the recipes asked for: those of single frames in worker threads, in one pass over the pixels. Frames that
 * are too small for one of them are measured by the others.
 */
export function openFrameMeasurer(names: readonly MetricName[]): Measurer & { close(): Promise<void> } {
  const pool = createFrameMetricPool()
  const once = measuredOnce(names)
  const single = once.filter(({ metric }) => metric.frame !== undefined)
  const whole = once.filter(({ metric }) => metric.frame === undefined)
  const together = ({ reference, generatedScored, referenceScored, scored }: ClipPair, some: readonly MetricName[]) =>
    metricFailures(reference.id, some, async (): Promise<Measurement> => {
      const found = await pool.measure(generatedScored, referenceScored, some)
      const values = some.map((name, i) => [metricKey(name), storedSeries(scored, found[i])] as const)
      return { values: Object.fromEntries(values) }
    })
  return {
    use: { key: 'frames' },
    names,
    uses: 'host',
    measure: async (pair) => {
      const { reference, generatedScored, referenceScored } = pair
      const ofClip = measuredValues(reference.id, whole, { generated: generatedScored, reference: referenceScored })
      if (single.length === 0) return ofClip
      const all = await together(pair, single)
      const parts = all.failures === undefined ? [all] : await Promise.all(single.map((name) => together(pair, [name])))
      return {
        ...ofClip,
        values: Object.assign({}, ofClip.values, ...parts.map(({ values }) => values)),
        failures: [...ofClip.failures, ...parts.flatMap(({ failures = [] }) => failures)],
      }
    },
    close: () => pool.close(),
  }
}
