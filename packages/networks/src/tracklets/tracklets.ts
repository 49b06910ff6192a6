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
