import type { FrameTimes } from './frame-times.ts'

/** A turn or mirroring that a file asks for: the upright image's pixel (x, y) is stored pixel (±x or ±y, …). */
export interface Orientation {
  /** Degrees clockwise by which the stored image must be turned: 0, 90, 180 or 270. */
  rotation: 0 | 90 | 180 | 270
  /** Whether the stored image must be mirrored left to right, before it is turned. */
  mirrored: boolean
}

/** A video stream as its file describes it. Sizes are those stored, before any turn. */
export interface StreamDescription {
  width: number
  height: number
  fps: number | undefined
  frameCount: number | undefined
  durationSeconds: number | undefined
  codec: string
  pixelFormat: string
  orientation: Orientation
}

/** One decoded frame, as stored (not turned). */
export interface DecodedFrame {
  index: number
  /** Seconds since the first frame. */
  timestamp: number | undefined
  /** H·W·3 bytes, RGB; undefined for a frame that was not wanted. Belongs to the receiver. */
  rgb: Uint8Array | undefined
}

/** Which frames a decoder should convert, by index in decoding order; it stops after `last`. */
export interface Wanted {
  start: number
  stride: number
  last: number
  /** Decode on to the end, converting nothing more. */
  toEnd?: boolean | undefined
  /** Decode on this thread. */
  blocking?: boolean | undefined
  /** A frame's bytes may be written over when the next one is asked for. */
  transient?: boolean | undefined
  /** As OpenCV reads colours, see `ColourReading`. */
  asOpencv?: boolean | undefined
}

/** A video that has been opened. Closed by its own `close`, also while a `frames` loop is under way. */
export interface OpenVideo {
  description: StreamDescription
  /** Video streams of the file, of which the first is this one. */
  streams: number
  /** Whether the file says when frames are shown; a bare stream does not. */
  timed: boolean
  /** Times of the frames that have been decoded so far, converted or not. */
  times: FrameTimes
  /** Decodes once, from the first frame. @throws KinemetricError `damaged`, `unsupported` or `too-large`. */
  frames(wanted: Wanted, signal?: AbortSignal): AsyncGenerator<DecodedFrame>
  /**
   * After `frames` has stopped at `last`: how many frames there are in all, those behind it counted by their packets and not decoded; `times` has them then.
   * Undefined where a packet does not say what it shows; absent where none of this video does. @throws KinemetricError `damaged`
   */
  countRest?: ((signal?: AbortSignal) => Promise<number | undefined>) | undefined
  close(): Promise<void>
}
