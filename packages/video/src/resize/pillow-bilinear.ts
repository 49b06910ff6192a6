import type { FrameArray } from '../frames/frames.ts'
import { pillowBicubicWindow } from './pillow-bicubic.ts'
import { triangleKernel } from './kernels/tap-table.ts'

/**
 * Pillow's `resize(…, BILINEAR)` on uint8 images, byte for byte: a triangle as wide as the reduction, with the integer arithmetic and the two rounded passes of
 * `pillowBicubic`; torchvision's `Resize` of PIL images is the same. Source: Pillow src/libImaging/Resample.c, up to Pillow 12 (13 may take the vertical pass
 * first).
 * @param frames `[T, H, W, 3]`
 * @returns `[T, height, width, 3]`, contiguous
 * @throws KinemetricError `bad-size` for other shapes or sizes below 1.
 */
export function pillowBilinear(frames: FrameArray, height: number, width: number): FrameArray {
  const window = { top: 0, left: 0, height, width }
  return pillowBicubicWindow(frames, height, width, window, { kernel: triangleKernel })
}
