import type { FloatFrameArray, FrameArray } from '../frames/frames.ts'
import { resizeSeparable } from './resize-separable.ts'
import { linearTaps } from './kernels/tap-table.ts'

/**
 * torch's `interpolate(mode='bilinear', align_corners=False)`: source position max(0, (o + ½)·in/out − ½), two taps, no
 * antialiasing (pytorch aten/src/ATen/native/UpSample.h). pytorch-fid and the I3D squash resize so.
 * @param frames `[T, H, W, 3]`
 * @returns `[T, height, width, 3]` on the input's scale, not rounded
 * @throws KinemetricError `bad-size` for other shapes or sizes below 1.
 */
export function halfPixelBilinear(
  frames: FrameArray | FloatFrameArray,
  height: number,
  width: number,
): FloatFrameArray {
  return resizeSeparable(frames, height, width, (inputSize, outputSize) => {
    const scale = Math.fround(inputSize / outputSize)
    return linearTaps(inputSize, outputSize, (o) => Math.max(0, Math.fround((o + 0.5) * scale) - 0.5))
  })
}
