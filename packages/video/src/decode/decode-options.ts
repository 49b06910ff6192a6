import type { FrameWindow } from '../frames/frames.ts'
import { videoError } from '../frames/video-error.ts'
import type { OnWarning } from '../frames/video-warning.ts'

/** Which library decodes: `'auto'` takes node-av and falls back to a spawned `ffmpeg` where node-av is not installed. */
export type DecoderChoice = 'auto' | 'node-av' | 'ffmpeg'

/**
 * How YUV becomes RGB. `tagged`: by the stream's own matrix and range, chroma interpolated. `opencv`: as OpenCV's VideoCapture has it, by BT.601 whatever the
 * stream says and with swscale's quick way, chroma repeated: for metrics whose published code reads so. Of pictures both are the same.
 */
export type ColourReading = 'tagged' | 'opencv'

/** How to read a video. */
export interface DecodeOptions {
  /** Which frames; by default all. With `fps`, it counts the resampled frames. */
  window?: FrameWindow | undefined
  /** Resample to this rate by timestamps: output frame k shows the source at k/fps seconds. Not for image folders. */
  fps?: number | undefined
  decoder?: DecoderChoice | undefined
  /** Default: `tagged`. */
  colours?: ColourReading | undefined
  /** Stops the reading; the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined
  /** Refuse (`too-large`) to return more frames than this. */
  maxFrames?: number | undefined
  /** Refuse (`too-large`) to gather more bytes of frames in memory than this; 4 GiB where not given. Not for streams. */
  maxBytes?: number | undefined
  /**
   * Decode on this thread, where nothing else goes on meanwhile: a tenth less processor time than on Node's thread pool, where several videos decode side by side.
   * The frames are the same.
   */
  blocking?: boolean | undefined
  /** For whoever copies each frame of a stream at once: its pixels may be written over when the next one is asked for. */
  transient?: boolean | undefined
  /**
   * Told how many frames the whole source has, window or not; then a file that ends early is found out behind the window too. Frames there are counted, and
   * decoded (never converted) only where their packets do not tell how many they show. Whoever asks gets fewer frames than the window has where there are no
   * more, and no error. Not with `fps`.
   */
  onTotal?: ((frames: number) => void) | undefined
  /** Told of what a reader has to know although the frames could be had: a gap, other streams, odd claims of the file. */
  onWarning?: OnWarning | undefined
}

/** The window asked for, or the default one. @throws KinemetricError `bad-window` when it makes no sense. */
export function checkedWindow(path: string, options: DecodeOptions): FrameWindow {
  const window = options.window ?? { start: 0, stride: 1, count: 'all' }
  const { start, stride, count } = window
  const sensible =
    Number.isSafeInteger(start) &&
    start >= 0 &&
    Number.isSafeInteger(stride) &&
    stride >= 1 &&
    (count === 'all' || (Number.isSafeInteger(count) && count >= 1))
  if (!sensible) {
    const expected = 'a window with start ≥ 0, stride ≥ 1 and count ≥ 1 or all, in whole numbers'
    throw videoError('bad-window', path, { expected, found: describeWindow(window) })
  }
  if (options.fps !== undefined && !(options.fps > 0 && options.fps <= 1000)) {
    throw videoError('bad-window', path, {
      expected: 'fps of more than 0 and at most 1000',
      found: String(options.fps),
    })
  }
  return window
}

/** The window in words, for messages. */
export function describeWindow(window: FrameWindow): string {
  return `${window.count} frames from ${window.start} with stride ${window.stride}`
}

/** Index of the window's last frame; Infinity where it runs to the end. */
export function lastIndex(window: FrameWindow): number {
  return window.count === 'all' ? Infinity : window.start + (window.count - 1) * window.stride
}

/** Whether the window contains frame `index`. */
export function inWindow(window: FrameWindow, index: number): boolean {
  return index >= window.start && index <= lastIndex(window) && (index - window.start) % window.stride === 0
}
