import { type FrameWindow, pickFrames } from '@kinemetric/video'
import type { DatasetClip } from '../../datasets/dataset-adapter.ts'
import type { FrameSource, WindowOfSource } from '../../datasets/frame-source.ts'
import { clipError } from '../../failures/clip-error.ts'
import { frameStride } from '../../protocol/frame-stride.ts'
import type { ProtocolIdentity } from '../../protocol/protocol.ts'

/** Which frames of a source make a clip: start, start + stride, …, or those that are listed. */
export interface ChosenWindow {
  start: number
  stride: number
  count: number
  sourceFrames?: number[] | undefined
}

export interface ChosenFrames extends WindowOfSource {
  window: ChosenWindow
  /** Frames a second of the source, where it says. */
  sourceFps: number | undefined
  /** Of the frames chosen; null where the source does not say. */
  fps: number | null
}

/**
 * Reads the frames of a video that a protocol wants: every n-th; with `resample: nearest` the one on show at each tick of the protocol's rate, from the first
 * frame's time on; with `resample: whole` as many as it wants, spread evenly from the first to the last.
 * @param own the clip's own first frame and stride, where it has them
 * @throws KinemetricError `unsupported-fps`, `empty`, `too-few-frames`; as reading its source does
 */
export async function chooseFrames(
  source: FrameSource,
  wanted: ProtocolIdentity['window'],
  own?: DatasetClip['window'],
  signal?: AbortSignal,
): Promise<ChosenFrames> {
  const [place] = source.files
  const rate = await source.rate()
  const { frames: count } = wanted
  const { start = wanted.start, stride = wanted.stride } = own ?? {}
  const ratio = wanted.fps === null || rate === undefined ? undefined : rate / wanted.fps
  const needed = wanted.resample === 'nearest' && ratio !== undefined && !isWhole(ratio) ? ratio : undefined
  if (needed === undefined && wanted.resample !== 'whole') {
    const window: FrameWindow = { start, stride: stride ?? frameStride(place, rate, wanted.fps), count }
    const found = await source.read(window, signal)
    requireEnough(found, window, place)
    const fps = rate === undefined ? null : rate / window.stride
    return { ...found, window: { ...window, count: found.pixels.shape[0] }, sourceFps: rate, fps }
  }
  const last = needed === undefined || count === 'all' ? undefined : nearest(needed, count - 1)
  const window: FrameWindow = { start, stride: 1, count: last === undefined ? 'all' : last + 1 }
  const found = await source.read(window, signal)
  requireEnough(found, window, place)
  const there = found.pixels.shape[0]
  const places = needed === undefined ? spread(there, count) : ticks(there, needed, count)
  const fps = needed === undefined ? spreadRate(rate, there, places.length) : wanted.fps
  return {
    ...found,
    pixels: pickFrames(found.pixels, places),
    window: { start, stride: 1, count: places.length, sourceFrames: places.map((at) => start + at) },
    sourceFps: rate,
    fps,
  }
}

/** The same frames of a source that lies beside the video, frame by frame. */
export async function readChosen(
  source: FrameSource,
  { sourceFrames, ...window }: ChosenWindow,
  signal?: AbortSignal,
): Promise<WindowOfSource> {
  if (sourceFrames === undefined) return source.read(window, signal)
  const most = Math.max(...sourceFrames) - window.start + 1
  const found = await source.read({ start: window.start, stride: 1, count: most }, signal)
  const there = sourceFrames.map((frame) => frame - window.start).filter((at) => at < found.pixels.shape[0])
  return { ...found, pixels: pickFrames(found.pixels, there) }
}

/** As `frameStride` has it. */
function isWhole(ratio: number): boolean {
  const stride = Math.round(ratio)
  return stride >= 1 && Math.abs(ratio - stride) <= 0.01 * stride
}

function nearest(ratio: number, tick: number): number {
  return Math.round(tick * ratio)
}

function ticks(there: number, ratio: number, count: number | 'all'): number[] {
  const places: number[] = []
  for (let tick = 0; places.length !== count && nearest(ratio, tick) < there; tick++) places.push(nearest(ratio, tick))
  return places
}

function spread(there: number, count: number | 'all'): number[] {
  const wanted = count === 'all' ? there : count
  return Array.from({ length: wanted }, (_, t) => Math.round((t * (there - 1)) / Math.max(1, wanted - 1)))
}

/** Frames a second of frames that are spread over a video. */
function spreadRate(rate: number | undefined, there: number, count: number): number | null {
  if (rate === undefined || there < 2 || count < 2) return null
  return (rate * (count - 1)) / (there - 1)
}

function requireEnough({ pixels, total }: WindowOfSource, { start, stride, count }: FrameWindow, place: string): void {
  const found = pixels.shape[0]
  // A window behind the end has no frames either, of a source that is not empty.
  if (found === 0 && (total === undefined || total === 0))
    throw clipError('empty', place, { expected: 'frames', found: 'none' })
  if (found > 0 && (count === 'all' || found === count)) return
  const frames = count === 'all' ? 1 : count
  const needed = start + (frames - 1) * stride + 1
  throw clipError('too-few-frames', place, {
    expected: `at least ${needed} frames (${count === 'all' ? `from frame ${start} on` : `${count} at stride ${stride}`})`,
    found: total === undefined ? `${found} from frame ${start}` : String(total),
  })
}
