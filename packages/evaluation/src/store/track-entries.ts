import { hashBytes } from '@kinemetric/files'
import type { Query, Tracker, Tracklets } from '@kinemetric/networks'
import type { CacheArrays, FeatureCache, FeatureKey } from './feature-cache.ts'

/** Raised when the same frames and points would give other tracks than before. */
const TRACKS_VERSION = 1

/** What the tracks of some points through some frames are kept under. @param sha256 of all decoded frames of the clip */
export function trackKey(tracker: Tracker, queries: readonly Query[], provider: string, sha256: string): FeatureKey {
  return {
    kind: 'tracks',
    version: TRACKS_VERSION,
    frames: sha256,
    network: tracker.id,
    digest: `${tracker.digest} ${JSON.stringify(tracker.settings)}`,
    input: hashBytes(JSON.stringify(queries.map(({ t, x, y }) => [t, x, y]))),
    provider,
  }
}

/** Tracklets as a cache entry. */
export function toArrays({ points, visible, count, length }: Tracklets): CacheArrays {
  return {
    points: { shape: [count, length, 2], data: Float32Array.from(points) },
    visible: { shape: [count, length], data: Float32Array.from(visible) },
  }
}

/** The tracklets of a cache entry. Scores are made of these also when the tracker has just run, so that a warm cache gives the same bytes. */
export function toTracklets(arrays: CacheArrays): Tracklets {
  const { points, visible } = arrays
  return {
    points: points.data,
    visible: Uint8Array.from(visible.data),
    count: points.shape[0],
    length: points.shape[1],
  }
}

/** The tracklets under an address, or undefined where the cache has lost them. */
export async function readTracklets(cache: FeatureCache, address: string): Promise<Tracklets | undefined> {
  const arrays = await cache.read(address)
  return arrays?.points === undefined || arrays.visible === undefined ? undefined : toTracklets(arrays)
}
