import type { Query, Tracker, Tracklets } from '@kinemetric/networks'
import { contiguous, type FrameArray } from '@kinemetric/video'
import { gridQueries, trackedFrames, type TrackedWindows, windowStarts } from '../../features/tracked-windows.ts'

/** Tracks of a clip for a metric whose rows are made of tracklets, as one file holds them. */
export interface TrackedClip {
  /** In the frames that points were tracked in. A point that was asked for in a later window stands still outside of it, unseen. */
  tracklets: Tracklets
  queries: Query[]
  /** `[T, H, W, 3]` */
  frames: FrameArray
}

/**
 * Tracks the points of every window of a clip from the window's first frame through its last.
 *
 * @param frames `[T, H, W, 3]` of the clip's own size
 * @param where names who asks, in errors
 * @throws KinemetricError `too-few` for a clip that is shorter than a window; as the tracker
 */
export async function trackWindows(
  tracker: Tracker,
  frames: FrameArray,
  windows: TrackedWindows,
  where: string,
): Promise<TrackedClip> {
  const starts = windowStarts(windows, frames.shape[0], where)
  const small = trackedFrames(frames, windows.resize)
  const [length, height, width] = small.shape
  const queries = starts.flatMap((start) => gridQueries(windows, { width, height }, start))
  const each = windows.grid ** 2
  const points = new Float32Array(queries.length * length * 2)
  const visible = new Uint8Array(queries.length * length)
  for (const [at, start] of starts.entries()) {
    const window = contiguous(small.lo(start, 0, 0, 0).hi(windows.frames, height, width, 3))
    const found = await tracker.track(window, gridQueries(windows, { width, height }))
    for (let n = 0; n < each; n++)
      for (let t = 0; t < length; t++) {
        const inside = Math.min(Math.max(t - start, 0), windows.frames - 1)
        const from = n * windows.frames + inside
        const to = (at * each + n) * length + t
        points[2 * to] = found.points[2 * from]
        points[2 * to + 1] = found.points[2 * from + 1]
        visible[to] = inside === t - start ? found.visible[from] : 0
      }
  }
  return { tracklets: { points, visible, count: queries.length, length }, queries, frames: small }
}
