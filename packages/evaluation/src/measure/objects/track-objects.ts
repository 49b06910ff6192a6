import type { ObjectTracklets, TrackedObject } from '@kinemetric/metrics'
import { invisibleShare, staticShare } from '@kinemetric/metrics'
import type { Query, Tracker, Tracklets } from '@kinemetric/networks'
import type { FrameArray } from '@kinemetric/video'
import type { ClipPair } from '../../clips/clip-pair.ts'
import type { CacheSide, FeatureCache } from '../../store/feature-cache.ts'
import { toArrays, toTracklets, trackKey } from '../../store/track-entries.ts'
import type { ObjectPoints } from './object-points.ts'

/** A tracklet that stays within this many pixels counts as static. */
const STATIC_RADIUS = 1

/** Tracks points through frames, or finds their tracks in the cache. */
export type TrackPoints = (
  frames: FrameArray,
  sha256: string,
  queries: readonly Query[],
  side: CacheSide,
) => Promise<{ address: string; tracklets: Tracklets }>

/** @param cache what was tracked before is there under the frames' hash, so that metrics that want the same points share it */
export function pointTracker(
  tracker: Tracker,
  { provider, cache }: { provider: string; cache: FeatureCache },
): TrackPoints {
  return async (frames, sha256, queries, side) => {
    const entry = trackKey(tracker, queries, provider, sha256)
    const { address, arrays } = await cache.get(entry, side, async () => toArrays(await tracker.track(frames, queries)))
    return { address, tracklets: toTracklets(arrays) }
  }
}

/** The tracklets of a clip's objects on both sides, from the same points, and what is told of each object. */
export async function trackObjects(
  pair: ClipPair,
  found: readonly ObjectPoints[],
  track: TrackPoints,
): Promise<{ tracked: TrackedObject[]; objects: ObjectTracklets[] }> {
  const tracked: TrackedObject[] = []
  const objects: ObjectTracklets[] = []
  for (const { object, pixels, queries, skipped } of found) {
    if (queries === undefined) {
      tracked.push(skippedObject(object, pixels, skipped ?? 'no points'))
      continue
    }
    const reference = await track(pair.referenceFrames, pair.referenceSha256, queries, 'reference')
    const generated = await track(pair.generatedFrames, pair.generatedSha256, queries, 'generated')
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
  return { tracked, objects }
}

export function skippedObject(object: string, pixels: number, skipped: string): TrackedObject {
  return { object, pixels, skipped, staticShare: null, invisibleShare: null, tracks: null }
}
