import type { DecodeOptions } from './decode-options.ts'
import { frameArray, type Frames } from '../frames/frames.ts'
import { maxClipBytes, requireRoom } from '../frames/limits.ts'
import { streamFrames } from './stream-frames.ts'
import { videoError } from '../frames/video-error.ts'

/**
 * Frames of a video file or of a folder of images, all in memory. `fps` of the result is the rate between the frames
 * returned: the source's average over the window's stride, or the rate asked for.
 * @returns `pixels` `[T, H, W, 3]`, contiguous; T is the window's count, or as many as there are
 * @throws KinemetricError as `streamFrames` does, and `too-large` beyond `maxFrames` or `maxBytes` (4 GiB); longer videos are for `streamFrames`.
 */
export async function readFrames(path: string, options: DecodeOptions = {}): Promise<Frames> {
  const gathered = new GrowingBytes()
  const timestamps: number[] = []
  let size = { height: 0, width: 0 }
  const asked = options.window === undefined || options.window.count === 'all' ? undefined : options.window.count
  let fps: number | undefined
  // What comes is copied at once.
  for await (const { timestamp, pixels, fps: sourceFps, claimed } of streamFrames(path, {
    ...options,
    transient: true,
  })) {
    const [, height, width] = pixels.shape
    size = { height, width }
    fps = sourceFps
    if (timestamp !== undefined) timestamps.push(timestamp)
    requireAllowed(path, options, gathered.count + 1, pixels.data.length)
    gathered.push(pixels.data, asked ?? believable(claimed, pixels.data.length, options))
  }
  const stride = options.window?.stride ?? 1
  return {
    pixels: frameArray(gathered.bytes(), gathered.count, size.height, size.width),
    fps: fps === undefined ? undefined : fps / stride,
    timestamps: timestamps.length === gathered.count ? Float64Array.from(timestamps) : undefined,
  }
}

/** Room for what a header claims is taken where it could be had: memory that nothing is written to costs nothing. */
function believable(
  claimed: number | undefined,
  frameBytes: number,
  { maxBytes = maxClipBytes }: DecodeOptions,
): number {
  return claimed === undefined || claimed * frameBytes > maxBytes ? 0 : claimed
}

function requireAllowed(path: string, options: DecodeOptions, count: number, frameBytes: number): void {
  const { maxFrames = Infinity, maxBytes, window } = options
  if (count > maxFrames) throw videoError('too-large', path, { expected: `at most ${maxFrames} frames`, found: 'more' })
  const planned = window === undefined || window.count === 'all' ? count : Math.max(count, window.count)
  requireRoom(path, planned, frameBytes, maxBytes)
}

/** Frames of equal length one after the other, in one buffer that doubles when it is full. */
class GrowingBytes {
  count = 0
  #data = new Uint8Array(0)
  #length = 0

  push(bytes: Uint8Array, expectedCount: number): void {
    if (this.#length + bytes.length > this.#data.length) {
      const capacity = this.count === 0 ? Math.max(expectedCount, 8) * bytes.length : 2 * this.#data.length
      const grown = new Uint8Array(Math.max(capacity, this.#length + bytes.length))
      grown.set(this.#data.subarray(0, this.#length))
      this.#data = grown
    }
    this.#data.set(bytes, this.#length)
    this.#length += bytes.length
    this.count++
  }

  /** Exactly what was pushed. */
  bytes(): Uint8Array {
    return this.#length === this.#data.length ? this.#data : this.#data.slice(0, this.#length)
  }
}
