import { isError } from '@kinemetric/files'
import { countFrames } from './count-frames.ts'
import { inWindow, checkedWindow, describeWindow, lastIndex, type DecodeOptions } from './decode-options.ts'
import type { DecodedFrame, OpenVideo } from '../decoders/decoder.ts'
import { requireWhole } from './require-whole.ts'
import { frameArray, type FrameArray, type FrameWindow } from '../frames/frames.ts'
import { listImages } from '../images/list-images.ts'
import { readImage } from '../images/read-image.ts'
import { inspectPath } from './inspect-path.ts'
import { openVideo } from './open-video.ts'
import { orient, orientedSize } from '../decoders/orient.ts'
import { resampleByTime } from './resample-by-time.ts'
import { videoError } from '../frames/video-error.ts'
import type { OnWarning, VideoWarning } from '../frames/video-warning.ts'

/** One frame of a stream. */
export interface StreamedFrame {
  /** Index in the source (in the resampled source, where `fps` was given). */
  index: number
  /** Seconds since the source's first frame; undefined for image folders. */
  timestamp: number | undefined
  /** Average frames a second of the source before any stride, or the rate resampled to; undefined for image folders. */
  fps: number | undefined
  /** How many frames the file's header claims, by number or by duration; undefined where it says neither, for image folders, and where they are resampled. */
  claimed?: number | undefined
  /** `[1, H, W, 3]`, upright; belongs to the receiver. */
  pixels: FrameArray
}

/**
 * Frames of a video file or of a folder of PNG, JPEG, WebP and TIFF files, one after the other; memory does not grow with their number.
 * Frames come upright (rotation applied) and at their stored size, as RGB by the stream's matrix and range (untagged: BT.601, limited); primaries and
 * transfer change nothing. Of several video streams the first is read, and `onWarning` is told, as of frames that are missing in the middle.
 * @param path a file that FFmpeg reads, a folder whose images, in the order of the numbers in their names, are the frames, or a single image
 * @throws KinemetricError, on the first frame where that can be known: `not-found`, `not-readable`, `empty`, `not-a-video`,
 * `too-large`, `unsupported`, `no-decoder`, `bad-window`; and, having yielded what is there, `too-few-frames`, `no-frames`,
 * `truncated`, `damaged` or `mixed-sizes`.
 */
export async function* streamFrames(path: string, options: DecodeOptions = {}): AsyncGenerator<StreamedFrame> {
  const window = checkedWindow(path, options)
  const { kind, absolute } = await inspectPath(path)
  if (kind !== 'video') {
    const images = kind === 'image' ? [absolute] : await listImages(absolute, options)
    yield* streamImages(absolute, images, window, options)
    return
  }
  const video = await openVideo(absolute, options.decoder ?? 'auto')
  try {
    const found = yield* streamVideo(video, absolute, window, options)
    const { onTotal, decoder, signal } = options
    if (onTotal !== undefined) onTotal(found ?? (await countFrames(absolute, { decoder, signal })))
  } finally {
    await video.close()
  }
}

async function* streamVideo(
  video: OpenVideo,
  path: string,
  window: FrameWindow,
  { fps, signal, onWarning, onTotal, blocking, transient, colours }: DecodeOptions,
): AsyncGenerator<StreamedFrame, number | undefined> {
  const { width, height, orientation } = video.description
  if (video.streams > 1) onWarning?.(severalStreams(video))
  const size = orientedSize(height, width, orientation)
  const last = lastIndex(window)
  const wantsTotal = onTotal !== undefined && fps === undefined
  const counts = video.countRest !== undefined && Number.isFinite(last)
  const { start, stride } = window
  const asOpencv = colours === 'opencv'
  const frames: AsyncIterable<DecodedFrame> =
    fps === undefined
      ? video.frames({ start, stride, last, toEnd: wantsTotal && !counts, blocking, transient, asOpencv }, signal)
      : resampleByTime(video.frames({ start: 0, stride: 1, last: Infinity, blocking, asOpencv }, signal), fps, path)
  const claimed = claimedFrames(video.description)
  let found = 0
  try {
    for await (const { index, timestamp, rgb } of frames) {
      found = index + 1
      if (rgb === undefined || !inWindow(window, index)) continue
      const pixels = orient(rgb, height, width, orientation)
      // A resampled frame may be shown twice; the receiver of the first may have written on it.
      const own = fps !== undefined && pixels === rgb ? pixels.slice() : pixels
      yield {
        index,
        timestamp,
        fps: fps ?? video.description.fps,
        claimed: fps === undefined ? claimed : undefined,
        pixels: frameArray(own, 1, size.height, size.width),
      }
      if (index >= last && (counts || !wantsTotal)) break
    }
    if (wantsTotal && found > last && counts) {
      const total = await video.countRest?.(signal)
      if (total === undefined) return undefined
      found = total
    }
  } catch (error) {
    // A file that was cut inside a frame: the cut is the better explanation.
    if (isError(error, 'unfit', 'damaged')) await requireWhole(path, found, undefined, error)
    throw error
  }
  const warnings = [gapWarning(video)]
  if (found <= last || wantsTotal) warnings.push(await requireWhole(path, found, video))
  if (found <= last) requireEnough(path, wantsTotal && found > 0 ? anyWindow : window, found)
  for (const warning of warnings) if (warning !== undefined) onWarning?.(warning)
  return found
}

function claimedFrames({ frameCount, durationSeconds, fps }: OpenVideo['description']): number | undefined {
  if (frameCount !== undefined) return frameCount
  return durationSeconds === undefined || fps === undefined ? undefined : Math.round(durationSeconds * fps)
}

function severalStreams({ streams, description: { width, height, codec } }: OpenVideo): VideoWarning {
  const message = `${streams} video streams; the first is used (${width}×${height}, ${codec})`
  return { code: 'several-streams', message }
}

/** Formats in which every frame says how long it stays: pauses between them are no gaps. */
const paused = ['gif', 'apng']

function gapWarning({ times, timed, description }: OpenVideo): VideoWarning | undefined {
  const gap = !timed || paused.includes(description.codec) ? undefined : times.gap()
  return gap === undefined ? undefined : { code: 'gap', message: gap }
}

/** Who asks for the total is told how many frames there are, and may have fewer than asked for. */
const anyWindow: FrameWindow = { start: 0, stride: 1, count: 'all' }

function requireEnough(path: string, window: FrameWindow, found: number): void {
  if (found === 0) throw videoError('no-frames', path, { expected: 'frames', found: 'none' })
  const { start, stride, count } = window
  if (count === 'all' ? found > start : found > start + (count - 1) * stride) return
  throw videoError('too-few-frames', path, { expected: describeWindow(window), found: `${found} frames in all` })
}

async function* streamImages(
  folder: string,
  images: readonly string[],
  window: FrameWindow,
  { fps, signal, onWarning, onTotal }: DecodeOptions,
): AsyncGenerator<StreamedFrame> {
  if (fps !== undefined) {
    throw videoError('unsupported', folder, {
      expected: `a video with timestamps for fps ${fps}`,
      found: 'a folder of images',
    })
  }
  requireEnough(folder, onTotal === undefined ? window : anyWindow, images.length)
  onTotal?.(images.length)
  let first: { height: number; width: number } | undefined
  const odd: VideoWarning[] = []
  for (let index = window.start; index <= Math.min(lastIndex(window), images.length - 1); index += window.stride) {
    signal?.throwIfAborted()
    const pixels = await readImage(images[index], { onWarning: (warning) => odd.push(warning) })
    const [, height, width] = pixels.shape
    first ??= { height, width }
    if (height !== first.height || width !== first.width) {
      const expected = `${first.height}×${first.width} (height × width), as the first`
      throw videoError('mixed-sizes', images[index], { expected, found: `${height}×${width}` })
    }
    yield { index, timestamp: undefined, fps: undefined, pixels }
  }
  tellOnce(odd, onWarning)
}

/** What is said of many images is said of the first, with their number. */
function tellOnce(warnings: readonly VideoWarning[], onWarning: OnWarning | undefined): void {
  for (const [code, same] of Map.groupBy(warnings, (warning) => warning.code)) {
    const more = same.length === 1 ? '' : ` (and ${same.length - 1} more images)`
    onWarning?.({ code, message: `${same[0].message}${more}` })
  }
}
