import {
  contiguous,
  type FrameArray,
  frameArray,
  type FrameWindow,
  requireRoom,
  streamFrames,
  type VideoWarning,
} from '@kinemetric/video'
import { takeBytes } from './frame-buffers.ts'

/**
 * Decodes a window of a video and counts the whole of it in the same pass (containers often do not say how long they are), holding only the window in
 * memory. Frames behind it are counted without being decoded where the codec's packets tell how many they show (VP9, VP8, codecs of single pictures), and
 * else decoded.
 * @returns the window's frames (of `takeBytes`) [T, H, W, 3], fewer than asked for where the video ends before, the number of frames of the whole video, and what
 * decoding found odd
 * @throws KinemetricError as reading videos does, also `too-large` where the window is over 4 GiB of pixels
 */
export async function readWindow(
  path: string,
  window: FrameWindow,
  signal?: AbortSignal,
): Promise<{ pixels: FrameArray; total: number; warnings: VideoWarning[] }> {
  const kept = new KeptFrames(path, window)
  let total = 0
  const warnings: VideoWarning[] = []
  const onTotal = (frames: number) => (total = frames)
  const onWarning = (warning: VideoWarning) => warnings.push(warning)
  const options = { window, signal, onTotal, onWarning, blocking: true, transient: true }
  for await (const { pixels } of streamFrames(path, options)) kept.add(pixels)
  return { pixels: kept.frames(), total, warnings }
}

/** Room for so many bytes is made at once where it is known how many frames there will be. */
const mostAtOnce = 2 ** 30

/** Frames of one size, copied one behind the other. */
class KeptFrames {
  readonly #path: string
  readonly #expected: number
  #data = new Uint8Array(0)
  #count = 0
  #size: [height: number, width: number] = [0, 0]

  constructor(path: string, { count }: FrameWindow) {
    this.#path = path
    this.#expected = count === 'all' ? 16 : count
  }

  /** @throws KinemetricError `too-large` */
  add(frame: FrameArray): void {
    const [, height, width] = frame.shape
    const { data } = contiguous(frame)
    requireRoom(this.#path, this.#count + 1, data.length)
    this.#size = [height, width]
    const end = (this.#count + 1) * data.length
    if (end > this.#data.length) {
      const first = this.#expected * data.length <= mostAtOnce ? this.#expected : 1
      const grown = takeBytes(Math.max(first, 2 * this.#count) * data.length)
      grown.set(this.#data)
      this.#data = grown
    }
    this.#data.set(data, end - data.length)
    this.#count++
  }

  /** [T, H, W, 3], contiguous. */
  frames(): FrameArray {
    const [height, width] = this.#size
    const bytes = this.#count * height * width * 3
    return frameArray(this.#data.subarray(0, bytes), this.#count, height, width)
  }
}
