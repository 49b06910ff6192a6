import { contiguous, coverCrop, type CropOffset, type FrameArray, type VideoWarning } from '@kinemetric/video'
import type { DatasetClip } from '../../datasets/dataset-adapter.ts'
import { giveBack } from '../../datasets/frame-buffers.ts'
import type { FrameSource } from '../../datasets/frame-source.ts'
import { clipError } from '../../failures/clip-error.ts'
import type { ProtocolIdentity } from '../../protocol/protocol.ts'
import { type ChosenWindow, chooseFrames } from './choose-frames.ts'

/** What of a clip its masks are cut by. */
export interface Cut {
  /** [height, width] of the source, pixels. */
  native: [number, number]
  window: ChosenWindow
  /** Frames of the whole source, where it says. */
  total: number | undefined
}

export interface CutVideo extends Cut {
  /** [T, H, W, 3], contiguous, at the protocol's size. */
  frames: FrameArray
  /** Of the source. */
  sourceFps: number | undefined
  /** Of the frames given; null where the source does not say. */
  fps: number | null
  /** What decoding found odd. */
  warnings: readonly VideoWarning[]
}

/**
 * A video's window as the protocol has it, resized and cropped.
 * @param own the clip's own window and crop, where it has them
 * @param allocate see `cutFrames`
 * @throws KinemetricError `unsupported-fps`, `empty`, `too-few-frames`, `too-many-frames`, `wrong-size`; as reading its source does
 */
export async function cutVideo(
  source: FrameSource,
  protocol: ProtocolIdentity,
  own: Pick<DatasetClip, 'window' | 'crop' | 'frames'> = {},
  signal?: AbortSignal,
  allocate?: (bytes: number) => Uint8Array,
): Promise<CutVideo> {
  const chosen = await chooseFrames(source, protocol.window, own.window, signal)
  const { pixels, window, sourceFps, fps, total, warnings = [] } = chosen
  const native: [number, number] = [pixels.shape[1], pixels.shape[2]]
  requireAsIs(native, protocol, source)
  requireLength(total, own.frames, source)
  const frames = cutFrames(pixels, protocol, 'pillow-bicubic', own.crop, allocate)
  if (frames.data.buffer !== pixels.data.buffer) giveBack(pixels)
  return {
    frames,
    native,
    window,
    sourceFps,
    fps,
    total,
    warnings,
  }
}

function requireLength(total: number | undefined, wanted: number | undefined, { files: [place] }: FrameSource): void {
  if (wanted === undefined || total === undefined || total === wanted) return
  const code = total < wanted ? 'too-few-frames' : 'too-many-frames'
  throw clipError(code, place, {
    expected: `${wanted} frames, as every video of the dataset has`,
    found: String(total),
  })
}

/** @throws KinemetricError `wrong-size` where a protocol resizes nothing and a picture is not of its size */
export function requireAsIs(
  [height, width]: readonly [number, number],
  { geometry }: ProtocolIdentity,
  { files: [place] }: FrameSource,
): void {
  if (geometry?.fit !== 'exact' || (geometry.size[0] === height && geometry.size[1] === width)) return
  throw clipError('wrong-size', place, {
    expected: `${geometry.size.join('×')} (height × width), as the protocol resizes nothing`,
    found: `${height}×${width}`,
  })
}

/**
 * Frames or masks [T, H, W, 3] at the protocol's size: covered, then cropped, in the centre where no other place is given. A protocol that keeps every
 * clip's own size crops nothing.
 * @param allocate where the bytes of what is resized come from
 */
export function cutFrames(
  pixels: FrameArray,
  { geometry }: ProtocolIdentity,
  filter: 'pillow-bicubic' | 'torch-nearest',
  crop?: CropOffset,
  allocate?: (bytes: number) => Uint8Array,
): FrameArray {
  if (geometry === null || geometry.fit === 'exact') return contiguous(pixels)
  const [height, width] = geometry.size
  return coverCrop(pixels, height, width, filter, { offset: crop, allocate })
}
