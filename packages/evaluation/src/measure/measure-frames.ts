import type { Protocol } from '@kinemetric/benchmark'
import { createFrameMetricPool } from '@kinemetric/metrics'
import type { ClipPair } from '../clips/clip-pair.ts'
import { type Measurement, storedSeries } from '../journal/measurement.ts'
import { measuredOnce, type MetricName, metricKey } from '../plan/metric-name.ts'
import { type FrameRegions, regionsOf } from './regions/frame-regions.ts'
import { measuredValues } from './measured-values.ts'
import type { Measurer } from './measurer.ts'
import { metricFailures } from './metric-failures.ts'

/**
 * Metrics of the frames themselves, under all the recipes asked for: those of single frames in worker threads, in one pass over the pixels. Frames that
 * are too small for one of them are measured by the others.
 */
export function openFrameMeasurer(
  names: readonly MetricName[],
  protocol: Protocol,
): Measurer & { close(): Promise<void> } {
  const pool = createFrameMetricPool()
  const once = measuredOnce(names)
  const single = once.filter(({ metric }) => metric.frame !== undefined)
  const whole = once.filter(({ metric }) => metric.frame === undefined)
  const together = (
    { reference, generatedScored, referenceScored, scored }: ClipPair,
    some: readonly MetricName[],
    { of }: FrameRegions,
  ) =>
    metricFailures(reference.id, some, async (): Promise<Measurement> => {
      if (some.length === 0) return {}
      const choices = some.map((name) => ({ ...name, region: of(name) }))
      const found = await pool.measure(generatedScored, referenceScored, choices)
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
      const regions = await regionsOf(pair, single, protocol)
      const fit = single.filter((name) => !regions.unfit.has(name))
      const all = await together(pair, fit, regions)
      const parts =
        all.failures === undefined ? [all] : await Promise.all(fit.map((name) => together(pair, [name], regions)))
      return {
        ...ofClip,
        values: Object.assign({}, ofClip.values, ...parts.map(({ values }) => values)),
        notes: { ...ofClip.notes, ...regions.notes },
        failures: [...ofClip.failures, ...regions.failures, ...parts.flatMap(({ failures = [] }) => failures)],
      }
    },
    close: () => pool.close(),
  }
}
