import type { Tracklets } from '@kinemetric/networks'
import type { CacheArrays, FeatureCache } from './feature-cache.ts'

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
