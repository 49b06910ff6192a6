import type { Protocol } from '@kinemetric/benchmark'
import type { PointKind } from '@kinemetric/metrics'
import type { Tracker } from '@kinemetric/networks'
import type { ClipPair } from '../clips/clip-pair.ts'
import type { NeedUse } from '../journal/journal-identity.ts'
import type { Measurement } from '../journal/measurement.ts'
import type { MetricName } from '../plan/metric-name.ts'
import { entryBytes, type FeatureCache } from '../store/feature-cache.ts'
import { measuredValues } from './measured-values.ts'
import type { Measurer } from './measurer.ts'
import { metricFailures, withReference } from './metric-failures.ts'
import { objectPoints } from './objects/object-points.ts'
import { pointTracker, trackObjects } from './objects/track-objects.ts'

/** Motion metrics: tracks points on every object through both videos; how they move is the metrics' to say. */
export function trackletMeasurer(
  use: NeedUse,
  names: readonly MetricName[],
  points: PointKind,
  tracker: Tracker,
  { protocol, provider, cache }: { protocol: Protocol; provider: string; cache: FeatureCache },
): Measurer {
  const track = pointTracker(tracker, { provider, cache })
  const measure = (pair: ClipPair): Promise<Measurement> => {
    const [, height, width] = pair.referenceFrames.shape
    const size = { width, height }
    const read = () => objectPoints(pair.reference, size, points, protocol)
    return withReference(pair.reference.id, 'motion metrics', read, async (found) => {
      const { tracked, objects } = await trackObjects(pair, found, track)
      return {
        ...measuredValues(pair.reference.id, names, { objects, size, scored: pair.scored }),
        objects: { [use.key]: tracked },
      }
    })
  }
  return {
    use,
    names,
    uses: 'network',
    // Two coordinates and whether it is seen, of each point in each frame.
    keeps: ({ all, objects }) => objects * entryBytes(3 * all * protocol.identity.motion.points),
    measure: (pair) => metricFailures(pair.reference.id, names, () => measure(pair)),
  }
}
