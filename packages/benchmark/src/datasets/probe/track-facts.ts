import type { ProbeTrack } from '@kinemetric/records'
import type { MaskExtent } from '@kinemetric/video'
import { deltaOf, onsetOf } from './force.ts'

/** An object in a window, measured in the clip's frames. */
export interface TrackFacts {
  /** Centroids of its masks; null where a frame shows none. */
  readonly track: ProbeTrack
  /** Pixels at frame 0. */
  readonly area: number
  /** null where frame 0 shows nothing of it. */
  readonly delta: number | null
  readonly onset: number | null
}

/** @param extents of an object's masks, one a frame of the clip; undefined where a frame has no mask of it */
export function trackFacts(extents: readonly (MaskExtent | undefined)[]): TrackFacts {
  const track = extents.map((extent): ProbeTrack[number] => {
    const centroid = extent?.centroid ?? null
    return centroid === null ? null : [centroid[0], centroid[1]]
  })
  const area = extents[0]?.area ?? 0
  const delta = area === 0 ? null : deltaOf(area)
  return { track, area, delta, onset: delta === null ? null : onsetOf(track, delta) }
}
