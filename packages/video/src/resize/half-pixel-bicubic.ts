import type { FloatFrameArray, FrameArray } from '../frames/frames.ts'
import { resizeSeparable } from './resize-separable.ts'
import { cubicTaps } from './kernels/tap-table.ts'

/**
 * torch's `interpolate(mode='bicubic', align_corners=False)` without antialiasing: source position (o + ½)·in/out − ½, four taps of Keys' cubic with
 * a = −0.75, samples past the border are its last one (pytorch aten/src/ATen/native/UpSample.h). It overshoots: results leave [0, 255] and are not clipped.
 * VBench feeds CLIP so.
 * @param frames `[T, H, W, 3]`
 * @returns `[T, height, width, 3]` on the input's scale, not rounded
 * @throws KinemetricError `bad-size` for other shapes or sizes below 1.
 */
export function halfPixelBicubic(frames: FrameArray | FloatFrameArray, height: number, width: number): FloatFrameArray {
  return resizeSeparable(frames, height, width, (inputSize, outputSize) => {
    const scale = Math.fround(inputSize / outputSize)
    return cubicTaps(inputSize, outputSize, (o) => Math.fround((o + 0.5) * scale) - 0.5)
  })
}
