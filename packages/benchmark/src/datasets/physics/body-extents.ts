import { contiguous, type FrameArray, type FrameWindow, type MaskExtent, maskExtent } from '@kinemetric/video'
import { giveBack } from '../frame-buffers.ts'
import type { FrameSource } from '../frame-source.ts'
import { type ClipGeometry, maskInClip } from '../probe/mask-in-clip.ts'

/** A body's masks as the clip's frames show them. */
export interface BodyExtents {
  /** One a frame of the clip. */
  readonly extents: readonly MaskExtent[]
  /** [height, width] of the mask video. */
  readonly native: readonly [number, number]
}

/** @param threshold above which a sample of a mask belongs to the body @throws KinemetricError as reading the masks does */
export async function bodyExtents(
  masks: FrameSource,
  window: FrameWindow,
  geometry: ClipGeometry,
  threshold: number,
): Promise<BodyExtents> {
  const { pixels } = await masks.read(window)
  const [, height, width] = pixels.shape
  const extents = planesOf(pixels, threshold).map((inside) =>
    maskExtent(maskInClip({ height, width, inside }, geometry)),
  )
  giveBack(pixels)
  return { extents, native: [height, width] }
}

function planesOf(pixels: FrameArray, threshold: number): Uint8Array[] {
  const { data, shape } = contiguous(pixels)
  const [count, height, width] = shape
  const size = height * width
  return Array.from({ length: count }, (_, t) =>
    Uint8Array.from({ length: size }, (__, i) => (data[3 * (t * size + i)] > threshold ? 1 : 0)),
  )
}
