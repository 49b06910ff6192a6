import type { FrameArray } from '@kinemetric/video'

/**
 * The paths of N points through T frames.
 *
 * A pixel's centre has whole coordinates: (0, 0) is the centre of the top left pixel, (W−1, H−1) of the bottom right one.
 */
export interface Tracklets {
  /** `[N, T, 2]` row-major: x, y in pixels of the original frame. */
  points: Float32Array | Float64Array
  /** `[N, T]`: 1 where the tracker holds the point for visible. */
  visible: Uint8Array
  /** N */
  count: number
  /** T */
  length: number
}

/** A point to track: its frame index and its x, y in pixels of the original frame. */
export interface Query {
  t: number
  x: number
  y: number
}

/** The trackers of the toolkit. Scores of different trackers are never comparable. */
export type TrackerId = 'cotracker3-offline' | 'cotracker3-online' | 'lucas-kanade'

/** Follows points through the frames of one clip. */
export interface Tracker {
  id: TrackerId
  /** sha256 over the weights' tensors, or the library and its version where there are none: for signatures. */
  digest: string
  /** Everything else that changes the tracks, for signatures. */
  settings: Readonly<Record<string, string | number>>
  /**
   * @param frames `[T, H, W, 3]` sRGB, 0..255
   * @param queries in the order of the rows of the result
   * @throws TrackerError
   */
  track(frames: FrameArray, queries: readonly Query[]): Promise<Tracklets>
  close(): Promise<void>
}

/** Why a tracker refused. */
export type TrackerErrorCode =
  | 'too-few-frames'
  | 'too-many-frames'
  | 'not-frames'
  | 'no-points'
  | 'point-outside'
  | 'wrong-checkpoint'
  | 'bad-file'
  | 'shape-mismatch'
  | 'closed'

/** A tracker refused its input. The message says what was expected, what was found and where. */
export class TrackerError extends Error {
  override name = 'TrackerError'
  readonly code: TrackerErrorCode

  constructor(code: TrackerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The clip's T, H and W, once it and the queries are fit to be tracked. */
export interface CheckedClip {
  length: number
  height: number
  width: number
}

/**
 * Checks a clip and its queries before anything is computed.
 *
 * @param longest the tracker's limit of frames
 * @throws TrackerError `not-frames`, `too-few-frames` (T = 1 has no motion), `too-many-frames`, `no-points`, `point-outside`
 */
export function checkClip(
  tracker: string,
  frames: FrameArray,
  queries: readonly Query[],
  longest = Number.POSITIVE_INFINITY,
): CheckedClip {
  const [length, height, width, channels] = frames.shape
  if (frames.shape.length !== 4 || channels !== 3) {
    throw new TrackerError('not-frames', `${tracker}: expected frames [T, H, W, 3]; found [${frames.shape.join(', ')}]`)
  }
  if (length < 2) {
    throw new TrackerError('too-few-frames', `${tracker}: expected at least 2 frames to track through; found ${length}`)
  }
  if (length > longest) {
    throw new TrackerError('too-many-frames', `${tracker}: expected at most ${longest} frames; found ${length}`)
  }
  if (queries.length === 0) throw new TrackerError('no-points', `${tracker}: expected at least one point; found none`)
  for (const [index, { t, x, y }] of queries.entries()) {
    const inside = Number.isInteger(t) && t >= 0 && t < length && x >= 0 && x <= width - 1 && y >= 0 && y <= height - 1
    if (!inside) {
      throw new TrackerError(
        'point-outside',
        `${tracker}: expected point ${index} at a whole frame of 0..${length - 1}, x of 0..${width - 1}, y of ` +
          `0..${height - 1}; found t=${t}, x=${x}, y=${y}`,
      )
    }
  }
  return { length, height, width }
}
