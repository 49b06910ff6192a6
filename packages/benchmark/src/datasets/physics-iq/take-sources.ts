import { hashBytes, hashFile, hashFolder, isError, jsonLine } from '@kinemetric/files'
import {
  contiguous,
  type FrameArray,
  frameArray,
  MovingPixels,
  Mpeg4Masks,
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
  const kept = new QuarterFrames(target, frames, 3)
  const lossless = new QuarterFrames(target, frames, 1)
  const mpeg4 = new QuarterFrames(target, frames, 1)
  let moving: MovingPixels | undefined
  let codec: Mpeg4Masks | undefined
  try {
    for await (const { pixels } of streamFrames(path, options)) {
      const [, height, width] = pixels.shape
      const rgb = contiguous(pixels).data
      kept.add(rgb, height, width)
      if (take.shipped !== undefined) continue
      moving ??= new MovingPixels(height, width)
      codec ??= await Mpeg4Masks.open({ height, width, fps })
      const [even, evenWidth] = [height - (height % 2), width - (width % 2)]
      const mask = cropped(moving.next(rgb), width, even, evenWidth)
      lossless.add(mask, even, evenWidth)
      for (const back of codec?.push(mask) ?? []) mpeg4.add(back, even, evenWidth)
    }
    for (const back of codec?.push(undefined) ?? []) mpeg4.add(back, codec!.size.height, codec!.size.width)
  } finally {
    codec?.[Symbol.dispose]()
  }
  if (take.shipped !== undefined) return { parts: { frames: kept.frames() }, warnings }
  return {
    parts: {
      frames: kept.frames(),
      lossless: lossless.masks(),
      ...(codec === undefined ? {} : { mpeg4: mpeg4.masks() }),
    },
    warnings,
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
  const masks = new QuarterFrames(target, frames, 1)
  let total = 0
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
    const rgb = contiguous(pixels).data
    masks.add(
      Uint8Array.from({ length: height * width }, (_, i) => rgb[3 * i]),
      height,
      width,
    )
  }
  if (masks.count < frames)
    throw clipError('mask-frame-count', shipped, {
      expected: `${frames} mask frames, one a frame that is scored`,
      found: String(total),
    })
  return { pixels: masks.masks(), warnings }
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

/** Pictures brought to one size, kept one behind the other. */
class QuarterFrames {
  count = 0
  readonly #target: { height: number; width: number }
  readonly #channels: number
  readonly #data: Uint8Array
  #resize: ReturnType<typeof opencvLinear> | undefined

  constructor(target: { height: number; width: number }, frames: number, channels: number) {
    this.#target = target
    this.#channels = channels
    this.#data = new Uint8Array(frames * target.height * target.width * channels)
  }

  add(picture: Uint8Array, height: number, width: number): void {
    const bytes = this.#target.height * this.#target.width * this.#channels
    this.#resize ??= opencvLinear({ height, width, channels: this.#channels }, this.#target.height, this.#target.width)
    this.#resize(picture, this.#data.subarray(this.count * bytes, (this.count + 1) * bytes))
    this.count++
  }

  frames(): FrameArray {
    const { height, width } = this.#target
    return frameArray(this.#data.subarray(0, this.count * height * width * 3), this.count, height, width)
  }

  /** White where a mask is set. */
  masks(): FrameArray {
    const { height, width } = this.#target
    const rgb = new Uint8Array(this.count * height * width * 3)
    for (let i = 0, at = 0; at < rgb.length; i++) {
      const value = this.#data[i] > SET_ABOVE ? 255 : 0
      rgb[at++] = value
      rgb[at++] = value
      rgb[at++] = value
    }
    return frameArray(rgb, this.count, height, width)
  }
}

function cropped(mask: Uint8Array, from: number, height: number, width: number): Uint8Array {
  if (from === width) return mask.subarray(0, height * width)
  const even = new Uint8Array(height * width)
  for (let y = 0; y < height; y++) even.set(mask.subarray(y * from, y * from + width), y * width)
  return even
}

async function digestOf(path: string): Promise<string> {
  return hashFile(path).catch((error: unknown) => {
    if (!isError(error, 'input', 'not-a-file')) throw error
    return hashFolder(path)
  })
}
