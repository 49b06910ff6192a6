import { contiguous, coverCrop, type FrameArray, probeVideo } from '@kinemetric/video'
import { clipError } from '../failures/clip-error.ts'
import { frameStride } from '../protocol/frame-stride.ts'
import type { ProtocolIdentity } from '../protocol/protocol.ts'
import { readWindow } from './read-window.ts'

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
}

/** A video's window as the protocol has it, resized and cropped. @throws KinemetricError `unsupported-fps`, `empty`, `too-few-frames`; as reading videos does */
export async function cutVideo(path: string, protocol: ProtocolIdentity, signal?: AbortSignal): Promise<CutVideo> {
  const { fps: sourceFps } = await probeVideo(path)
  const stride = frameStride(path, sourceFps, protocol.window.fps)
  const window = { start: protocol.window.start, stride, count: protocol.window.frames }
  const { pixels, total } = await readWindow(path, window, signal)
  requireEnough(pixels.shape[0], protocol, total, stride, path)
  return {
    frames: cutFrames(pixels, protocol, 'pillow-bicubic'),
    native: [pixels.shape[1], pixels.shape[2]],
    window,
    sourceFps,
    fps: sourceFps === undefined ? null : sourceFps / stride,
    total,
  }
}

/** Frames or masks at the protocol's size: covered, then cropped in the centre. */
export function cutFrames(
  pixels: FrameArray,
  { geometry }: ProtocolIdentity,
  filter: 'pillow-bicubic' | 'torch-nearest',
): FrameArray {
  return contiguous(geometry === null ? pixels : coverCrop(pixels, geometry.size[0], geometry.size[1], filter))
}

function requireEnough(found: number, { window }: ProtocolIdentity, total: number, stride: number, path: string): void {
  if (found === 0) throw clipError('empty', path, { expected: 'frames', found: 'none' })
  if (window.frames === 'all' || found === window.frames) return
  const needed = window.start + (window.frames - 1) * stride + 1
  throw clipError('too-few-frames', path, {
    expected: `at least ${needed} frames (${window.frames} at stride ${stride})`,
    found: String(total),
  })
}
