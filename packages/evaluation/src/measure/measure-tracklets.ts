import { clipTrouble, type Protocol } from '@kinemetric/benchmark'
import {
  invisibleShare,
  type ObjectTracklets,
  type PointKind,
  staticShare,
  type TrackedObject,
} from '@kinemetric/metrics'
import type { Query, Tracker } from '@kinemetric/networks'
import type { FrameArray } from '@kinemetric/video'
import type { ClipPair } from '../clips/clip-pair.ts'
import type { NeedUse } from '../journal/journal-identity.ts'
import type { Measurement } from '../journal/measurement.ts'
import type { MetricName } from '../plan/metric-name.ts'
import type { CacheSide, FeatureCache } from '../store/feature-cache.ts'
import { toArrays, toTracklets, trackKey } from '../store/track-entries.ts'
import { measuredValues } from './measured-values.ts'
import type { Measurer } from './measurer.ts'
import { metricFailures } from './metric-failures.ts'
import { objectPoints } from './object-points.ts'

/** A tracklet that stays within this many pixels counts as static. */
const STATIC_RADIUS = 1

/** Motion metrics: tracks points on every object through both videos; how they move is the metrics' to say. */
export function trackletMeasurer(
  use: NeedUse,
  names: readonly MetricName[],
  points: PointKind,
  tracker: Tracker,
  { protocol, provider, cache }: { protocol: Protocol; provider: string; cache: FeatureCache },
): Measurer {
  const track = async (frames: FrameArray, sha256: string, queries: readonly Query[], side: CacheSide) => {
    const entry = trackKey(tracker, queries, provider, sha256)
    const { address, arrays } = await cache.get(entry, side, async () => toArrays(await tracker.track(frames, queries)))
    return { address, tracklets: toTracklets(arrays) }
  }
  const trackBoth = async (pair: ClipPair, queries: readonly Query[]) => ({
    reference: await track(pair.referenceFrames, pair.referenceSha256, queries, 'reference'),
    generated: await track(pair.generatedFrames, pair.generatedSha256, queries, 'generated'),
  })
  const measure = async (pair: ClipPair): Promise<Measurement> => {
    const [, height, width] = pair.referenceFrames.shape
    const size = { width, height }
    const tracked: TrackedObject[] = []
    const objects: ObjectTracklets[] = []
    const found = await objectPoints(pair.reference, size, points, protocol).catch((error: unknown) => {
      const failure = clipTrouble(pair.reference.id, error, 'reference-unreadable')
      if (failure === undefined) throw error
      return failure
    })
    if ('reason' in found) return { failures: [{ ...found, message: `motion metrics: ${found.message}` }] }
    for (const { object, pixels, queries, skipped } of found) {
      if (queries === undefined) {
        tracked.push(skippedObject(object, pixels, skipped ?? 'no points'))
        continue
      }
      const { generated, reference } = await trackBoth(pair, queries)
      const own = { object, generated: generated.tracklets, reference: reference.tracklets }
      objects.push(own)
      tracked.push({
        object,
        pixels,
        skipped: null,
        staticShare: {
          generated: staticShare(own.generated, STATIC_RADIUS),
          reference: staticShare(own.reference, STATIC_RADIUS),
        },
        invisibleShare: { generated: invisibleShare(own.generated), reference: invisibleShare(own.reference) },
        tracks: { generated: generated.address, reference: reference.address },
      })
    }
    return {
      ...measuredValues(pair.reference.id, names, { objects, size, scored: pair.scored }),
      objects: { [use.key]: tracked },
    }
  }
  return {
    use,
    names,
    uses: 'network',
    measure: (pair) => metricFailures(pair.reference.id, names, () => measure(pair)),
  }
}

function skippedObject(object: string, pixels: number, skipped: string): TrackedObject {
  return { object, pixels, skipped, staticShare: null, invisibleShare: null, tracks: null }
}
