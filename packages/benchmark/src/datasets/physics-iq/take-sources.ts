import { hashBytes, hashFile, hashFolder, isError, jsonLine } from '@kinemetric/files'
import {
  contiguous,
  type FrameArray,
  frameArray,
  MovingScene,
  opencvLinear,
  probeVideo,
  readFrames,
  streamFrames,
  type VideoWarning,
} from '@kinemetric/video'
import { clipError } from '../../failures/clip-error.ts'
import type { FrameSource } from '../frame-source.ts'
import type { PhysicsIqOptions } from './options.ts'

/** A recorded take as it is scored: its first seconds at a quarter of the size, and where it moves. */
export interface TakeOfRelease {
  /** A video, or a folder of frames. */
  path: string
  /** The take whose first frame says the size: the first one. */
  sizeOf: string
  /** Its masks where they came with the release. */
  shipped?: string | undefined
  fps: number
  /** How many frames are scored. */
  frames: number
  decode: PhysicsIqOptions['decode']
}

/** What a take's one decoding gives. */
export type TakePart = 'frames' | 'lossless' | 'mpeg4' | 'shipped'

/** A mask's pixel is set above this: what a codec or a resize left between is decided here. */
const SET_ABOVE = 127

/** A part of a take as a source: all parts of one take are made in one go through its video. */
export function takeSource(of: { take: TakeOfRelease; part: TakePart }): FrameSource {
  const { take, part } = of
  const { path, sizeOf, shipped } = take
  return {
    files: part === 'shipped' && shipped !== undefined ? [shipped, sizeOf] : [path, sizeOf],
    digest: async () =>
      hashBytes(
        jsonLine([
          part,
          take.fps,
          take.frames,
          take.decode,
          await digestOf(part === 'shipped' ? (shipped ?? path) : path),
        ]),
      ),
    portable: { kind: 'physics-iq-take', data: of },
    rate: async () => {
      const { fps } = await probeVideo(path)
      if (fps !== undefined && Math.abs(fps / take.fps - 1) > 0.001)
        throw clipError('unsupported-fps', path, {
          expected: `${take.fps} frames a second, as its folder says`,
          found: String(fps),
        })
      return take.fps
    },
    read: async ({ start, stride, count }, signal) => {
      const { pixels, warnings } = part === 'shipped' ? await readMasks(take, signal) : await partOf(take, part, signal)
      if (start === 0 && stride === 1 && (count === 'all' || count === pixels.shape[0]))
        return { pixels, total: undefined, warnings }
      const last = count === 'all' ? pixels.shape[0] : start + (count - 1) * stride + 1
      return {
        pixels: contiguous(
          pixels
            .lo(start)
            .hi(Math.max(0, Math.min(last, pixels.shape[0]) - start))
            .step(stride),
        ),
        total: undefined,
        warnings,
      }
    },
  }
}

interface ReadTake {
  parts: Partial<Record<TakePart, FrameArray>>
  warnings: VideoWarning[]
}

/** Takes whose parts are being asked for one after the other: the first of them decodes for all. */
const mostGoing = 4
const going = new Map<string, { reading: Promise<ReadTake>; left: Set<TakePart> }>()

async function partOf(take: TakeOfRelease, part: Exclude<TakePart, 'shipped'>, signal: AbortSignal | undefined) {
  const key = JSON.stringify(take)
  let own = going.get(key)
  if (own === undefined || !own.left.has(part)) {
    own = {
      reading: readTake(take, signal),
      left: new Set(take.shipped === undefined ? ['frames', 'lossless', 'mpeg4'] : ['frames']),
    }
    going.set(key, own)
    // Whoever asks for some parts of a take alone leaves the others behind.
    const [oldest] = going.keys()
    if (going.size > mostGoing) going.delete(oldest)
  }
  own.left.delete(part)
  try {
    const { parts, warnings } = await own.reading
    const pixels = parts[part]
    if (pixels === undefined) throw clipError('dataset', take.path, { expected: `its ${part}`, found: 'none' })
    return { pixels, warnings: part === 'frames' ? warnings : [] }
  } finally {
    if (own.left.size === 0) going.delete(key)
    else own.reading.catch(() => going.delete(key))
  }
}

/** Decodes a take once: a quarter of its size, and its masks where none came with it. */
async function readTake(take: TakeOfRelease, signal: AbortSignal | undefined): Promise<ReadTake> {
  const { path, fps, frames, decode } = take
  const target = await targetOf(take)
  const warnings: VideoWarning[] = []
  const options = {
    window: { start: 0, stride: 1, count: frames },
    signal,
    colours: decode,
    transient: true,
    onWarning: (warning: VideoWarning) => warnings.push(warning),
  }
  const codecs = take.shipped === undefined ? (['lossless', 'mpeg4'] as const) : []
  let scene: MovingScene | undefined
  try {
    for await (const { pixels } of streamFrames(path, options)) {
      const [, height, width] = pixels.shape
      scene ??= await MovingScene.open({ height, width, fps }, target, frames, codecs)
      scene.add(contiguous(pixels).data)
    }
    if (scene === undefined) throw clipError('dataset', path, { expected: 'frames', found: 'none' })
    const { count, frames: kept, masks } = scene.end()
    const parts: ReadTake['parts'] = { frames: frameArray(kept, count, target.height, target.width) }
    for (const codec of codecs) {
      const mask = masks[codec]
      if (mask !== undefined) parts[codec] = whiteMasks(mask, count, target)
    }
    return { parts, warnings }
  } finally {
    scene?.[Symbol.dispose]()
  }
}

/** Masks that came with the release. @throws KinemetricError `mask-frame-count` for fewer than frames are scored */
async function readMasks(
  take: TakeOfRelease,
  signal: AbortSignal | undefined,
): Promise<{ pixels: FrameArray; warnings: VideoWarning[] }> {
  const { shipped = '', frames } = take
  const target = await targetOf(take)
  const warnings: VideoWarning[] = []
  const { height: toHeight, width: toWidth } = target
  const masks = new Uint8Array(frames * toHeight * toWidth)
  let resize: ReturnType<typeof opencvLinear> | undefined
  let [count, total] = [0, 0]
  const options = {
    window: { start: 0, stride: 1, count: frames },
    signal,
    colours: 'opencv' as const,
    transient: true,
    onTotal: (found: number) => void (total = found),
    onWarning: (warning: VideoWarning) => warnings.push(warning),
  }
  for await (const { pixels } of streamFrames(shipped, options)) {
    const [, height, width] = pixels.shape
    resize ??= opencvLinear({ height, width, channels: 3 }, toHeight, toWidth)
    // The three channels are equal, and each is resized by itself.
    const rgb = new Uint8Array(3 * toHeight * toWidth)
    resize(contiguous(pixels).data, rgb)
    for (let i = 0, at = count * toHeight * toWidth; i < rgb.length; i += 3) masks[at++] = rgb[i] > SET_ABOVE ? 1 : 0
    count++
  }
  if (count < frames)
    throw clipError('mask-frame-count', shipped, {
      expected: `${frames} mask frames, one a frame that is scored`,
      found: String(total),
    })
  return { pixels: whiteMasks(masks, count, target), warnings }
}

/** ⌊H/4⌋ and ⌊W/4⌋ of the first take's first frame, which all that is compared is brought to. */
async function targetOf({ sizeOf }: TakeOfRelease): Promise<{ height: number; width: number }> {
  const { pixels } = await readFrames(sizeOf, { window: { start: 0, stride: 1, count: 1 } })
  const [, height, width] = pixels.shape
  const target = { height: Math.floor(height / 4), width: Math.floor(width / 4) }
  if (target.height < 1 || target.width < 1)
    throw clipError('wrong-size', sizeOf, { expected: 'frames of at least 4×4', found: `${height}×${width}` })
  return target
}

/** Masks of 0 and 1 as white pictures on black. */
function whiteMasks(
  masks: Uint8Array,
  count: number,
  { height, width }: { height: number; width: number },
): FrameArray {
  const rgb = new Uint8Array(3 * masks.length)
  for (let i = 0, at = 0; i < masks.length; i++, at += 3) if (masks[i] !== 0) rgb[at] = rgb[at + 1] = rgb[at + 2] = 255
  return frameArray(rgb, count, height, width)
}

async function digestOf(path: string): Promise<string> {
  return hashFile(path).catch((error: unknown) => {
    if (!isError(error, 'input', 'not-a-file')) throw error
    return hashFolder(path)
  })
}
