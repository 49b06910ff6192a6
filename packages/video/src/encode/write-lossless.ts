import { encodeVideo } from './encode-video.ts'
import { losslessEncoding } from './encoding.ts'
import type { Frames } from '../frames/frames.ts'

/**
 * Writes frames to an `.mkv` so that reading it back gives the same bytes (Ut Video in RGB). The same frames give the same
 * file. Timing to the millisecond; where there is none, 12 frames a second.
 * @param frames `pixels` `[T, H, W, 3]`, T ≥ 1, any size
 * @param options `blocking`: on this thread, see `DecodeOptions`
 * @throws KinemetricError `bad-size`, `no-frames`, `unsupported`, `no-decoder` or `write-failed`; no half file is left.
 */
export async function writeLossless(
  path: string,
  frames: Frames,
  options: { blocking?: boolean | undefined } = {},
): Promise<void> {
  await encodeVideo(path, frames, losslessEncoding, options)
}
