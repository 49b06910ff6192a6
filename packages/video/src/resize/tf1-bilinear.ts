import type { FloatFrameArray, FrameArray } from '../frames/frames.ts'
import { resizeSeparable } from './resize-separable.ts'
import { linearTaps } from './kernels/tap-table.ts'

/**
 * TensorFlow 1's `resize_bilinear`: source position o·in/out, no half-pixel centre, two taps, no antialiasing
 * (tensorflow/core/kernels/image/resize_bilinear_op.cc). StyleGAN, torch-fidelity and the original FID feed Inception so.
 * @param frames `[T, H, W, 3]`
 * @returns `[T, height, width, 3]` on the input's scale, not rounded
 * @throws KinemetricError `bad-size` for other shapes or sizes below 1.
 */
export function tf1Bilinear(frames: FrameArray | FloatFrameArray, height: number, width: number): FloatFrameArray {
  return resizeSeparable(frames, height, width, (inputSize, outputSize) => {
    const scale = Math.fround(inputSize / outputSize)
    return linearTaps(inputSize, outputSize, (o) => o * scale)
  })
}
