import type { PairDistance } from '@kinemetric/networks'
import type { NeedUse } from '../journal/journal-identity.ts'
import type { MetricName } from '../plan/metric-name.ts'
import { measuredValues } from './measured-values.ts'
import type { Measurer } from './measurer.ts'
import { metricFailures } from './metric-failures.ts'

/** Metrics made of a network's distance between the frames of both sides. */
export function pairMeasurer(use: NeedUse, names: readonly MetricName[], network: PairDistance): Measurer {
  return {
    use,
    names,
    uses: 'network',
    measure: ({ reference, generatedScored, referenceScored, scored }) =>
      metricFailures(reference.id, names, async () => {
        const values = Float64Array.from(await network.distance(generatedScored, referenceScored))
        return measuredValues(reference.id, names, { values, scored })
      }),
  }
}
