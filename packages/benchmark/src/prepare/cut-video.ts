import {
  contiguous,
  coverCrop,
  coverResize,
  cropFrames,
  type CropOffset,
  type FrameArray,
  type VideoWarning,
} from '@kinemetric/video'
import type { DatasetClip } from '../datasets/dataset-adapter.ts'
import type { FrameSource } from '../datasets/frame-source.ts'
import { clipError } from '../failures/clip-error.ts'
import { frameStride } from '../protocol/frame-stride.ts'
import type { ProtocolIdentity } from '../protocol/protocol.ts'

export interface CutVideo {
  /** [T, H, W, 3], contiguous, at the protocol's size. */
  frames: FrameArray
  /** [height, width] of the source, pixels. */
  native: [number, number]
  window: { start: number; stride: number; count: number | 'all' }
  /** Of the source. */
  sourceFps: number | undefined
  /** Of the frames given; null where the source does not say. */
  fps: number | null
  /** Frames of the whole source. */
  total: number
  /** What decoding found odd. */
  warnings: readonly VideoWarning[]
}

/**
 * A video's window as the protocol has it, resized and cropped.
 * @param own the clip's own window and crop, where it has them
 * @throws KinemetricError `unsupported-fps`, `empty`, `too-few-frames`; as reading its source does
 */
export async function cutVideo(
  source: FrameSource,
  protocol: ProtocolIdentity,
  own: Pick<DatasetClip, 'window' | 'crop'> = {},
  signal?: AbortSignal,
): Promise<CutVideo> {
  const [place] = source.files
  const sourceFps = await source.rate()
  const stride = frameStride(place, sourceFps, protocol.window.fps)
  const window = { start: own.window?.start ?? protocol.window.start, stride, count: protocol.window.frames }
  const { pixels, total, warnings = [] } = await source.read(window, signal)
  requireEnough(pixels.shape[0], window, total, place)
  return {
    frames: cutFrames(pixels, protocol, 'pillow-bicubic', own.crop),
    native: [pixels.shape[1], pixels.shape[2]],
    window,
    sourceFps,
    fps: sourceFps === undefined ? null : sourceFps / stride,
    total,
    warnings,
  }
}

/**
 * Frames or masks [T, H, W, 3] at the protocol's size: covered, then cropped, in the centre where no other place is given. A protocol that keeps every
 * clip's own size crops nothing.
 */
export function cutFrames(
  pixels: FrameArray,
  { geometry }: ProtocolIdentity,
  filter: 'pillow-bicubic' | 'torch-nearest',
  crop?: CropOffset,
): FrameArray {
  if (geometry === null) return contiguous(pixels)
  const [height, width] = geometry.size
  if (crop === undefined) return contiguous(coverCrop(pixels, height, width, filter))
  return contiguous(cropFrames(coverResize(pixels, height, width, filter), crop, height, width))
}

function requireEnough(found: number, window: CutVideo['window'], total: number, place: string): void {
  const { start, stride, count } = window
  if (found === 0) throw clipError('empty', place, { expected: 'frames', found: 'none' })
  if (count === 'all' || found === count) return
  const needed = start + (count - 1) * stride + 1
  throw clipError('too-few-frames', place, {
    expected: `at least ${needed} frames (${count} at stride ${stride})`,
    found: String(total),
  })
}
