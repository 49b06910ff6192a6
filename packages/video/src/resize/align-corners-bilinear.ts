import type { FloatFrameArray, FrameArray } from '../frames/frames.ts'
import { resizeSeparable } from './resize-separable.ts'
import { linearTaps } from './kernels/tap-table.ts'

/**
 * torch's `interpolate(mode='bilinear', align_corners=True)`: source position o·(in − 1)/(out − 1), so that the corner
 * pixels keep their values; two taps. CoTracker resizes its input so.
 * @param frames `[T, H, W, 3]`
 * @returns `[T, height, width, 3]` on the input's scale, not rounded
 * @throws KinemetricError `bad-size` for other shapes or sizes below 1.
 */
export function alignCornersBilinear(
  frames: FrameArray | FloatFrameArray,
  height: number,
  width: number,
): FloatFrameArray {
  return resizeSeparable(frames, height, width, (inputSize, outputSize) => {
    const scale = outputSize > 1 ? Math.fround((inputSize - 1) / (outputSize - 1)) : 0
    return linearTaps(inputSize, outputSize, (o) => o * scale)
  })
}
