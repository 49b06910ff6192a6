import type { FloatFrameArray, FrameArray } from '../frames/frames.ts'
import { resizeSeparable } from './resize-separable.ts'
import { antialiasTaps, triangleKernel } from './kernels/tap-table.ts'

/**
 * torch's `interpolate(mode='bilinear', antialias=True)`: a triangle as wide as the reduction, its weights renormalised
 * at the borders (pytorch aten/src/ATen/native/cpu/UpSampleKernel.cpp); enlarging, it equals `halfPixelBilinear`. torchmetrics ≥ 1.8 feeds Inception so.
 * @param frames `[T, H, W, 3]`
 * @returns `[T, height, width, 3]` on the input's scale, not rounded
 * @throws KinemetricError `bad-size` for other shapes or sizes below 1.
 */
export function antialiasBilinear(
  frames: FrameArray | FloatFrameArray,
  height: number,
  width: number,
): FloatFrameArray {
  return resizeSeparable(frames, height, width, (inputSize, outputSize) =>
    antialiasTaps(inputSize, outputSize, triangleKernel, Math.fround),
  )
}
