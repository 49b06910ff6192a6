import type { DecodedFrame } from '../decoders/decoder.ts'
import { videoError } from '../frames/video-error.ts'

/**
 * Frames at a fixed rate from frames at any times: output k is the source frame on show at k/fps seconds, the last one
 * whose timestamp is at most that. The last source frame stays for as long as the one before it did. Indices and
 * timestamps of the output count in steps of 1/fps; a source frame may come out several times (the same bytes) or never.
 * @param frames in order, all with timestamps and pixels
 * @throws KinemetricError `unsupported` where timestamps are missing or run backwards.
 */
export async function* resampleByTime(
  frames: AsyncIterable<DecodedFrame>,
  fps: number,
  path: string,
): AsyncGenerator<DecodedFrame> {
  // Container clocks are rounded, Matroska's to milliseconds: a frame meant for a tick must not miss it by that.
  const slack = Math.min(0.01 / fps + 0.001, 0.25 / fps)
  let shown: DecodedFrame | undefined
  let shownAt = 0
  let lastStep = 1 / fps
  let next = 0
  for await (const frame of frames) {
    if (frame.rgb === undefined) continue
    const at = frame.timestamp
    if (at === undefined || (shown !== undefined && at < shownAt)) {
      const found = at === undefined ? 'none' : `${at} s after ${shownAt} s`
      throw videoError('unsupported', path, {
        expected: `rising timestamps to resample by at frame ${frame.index}`,
        found,
      })
    }
    if (shown !== undefined) {
      for (; next / fps < at - slack; next++) yield { index: next, timestamp: next / fps, rgb: shown.rgb }
      if (at > shownAt) lastStep = at - shownAt
    }
    shown = frame
    shownAt = at
  }
  if (shown === undefined) return
  for (; next / fps < shownAt + lastStep - slack; next++) yield { index: next, timestamp: next / fps, rgb: shown.rgb }
}
