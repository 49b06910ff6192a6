import type { ClipVideo } from '../clips/clip-pair.ts'
import type { NeedUse } from '../journal/journal-identity.ts'
import type { MetricName } from '../plan/metric-name.ts'
import { measuredValues } from './measured-values.ts'
import type { VideoMeasurer } from './measurer.ts'
import { metricFailures } from './metric-failures.ts'

/** Metrics of the generated frames alone. */
export function videoMeasurer(use: NeedUse, names: readonly MetricName[]): VideoMeasurer {
  const measure = ({ reference, generatedScored: frames, scored }: ClipVideo) =>
    metricFailures(reference.id, names, async () => measuredValues(reference.id, names, { frames, scored }))
  return { use, names, alone: true, uses: 'host', measure }
}
