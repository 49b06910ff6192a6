import type { FrameArray } from '@kinemetric/video'
import type { Query, Tracklets } from '../tracklets/tracklets.ts'

/** Follows points through the frames of one clip. Scores of different trackers are never comparable. */
export interface Tracker {
  /** `cotracker3-offline`, `cotracker3-online` or `lucas-kanade`. */
  readonly id: string
  /** sha256 over the weights' tensors, or the library and its version where there are none: for signatures. */
  readonly digest: string
  /** Everything else that changes the tracks, for signatures. */
  readonly settings: Readonly<Record<string, string | number>>
  /**
   * @param frames `[T, H, W, 3]` sRGB, 0..255
   * @param queries in the order of the rows of the result
   * @throws KinemetricError
   */
  track(frames: FrameArray, queries: readonly Query[]): Promise<Tracklets>
  close(): Promise<void>
}
