import type { FloatFrameArray, FrameArray } from '../frames/frames.ts'
import { resizeSeparable } from './resize-separable.ts'
import { antialiasTaps, cubicKernel } from './kernels/tap-table.ts'

/**
 * Pillow's BICUBIC on mode-F images, as clean-fid uses it: antialiased cubic (a = −0.5), columns then rows in 32-bit
 * floats, then clipped to [0, 255] and not rounded (clean-fid, cleanfid/resize.py).
 * @param frames `[T, H, W, 3]`, on the scale [0, 255]
 * @returns `[T, height, width, 3]` in [0, 255]
 * @throws KinemetricError `bad-size` for other shapes or sizes below 1.
 */
export function pillowBicubicFloat(
  frames: FrameArray | FloatFrameArray,
  height: number,
  width: number,
): FloatFrameArray {
  const resized = resizeSeparable(frames, height, width, (inputSize, outputSize) =>
    antialiasTaps(inputSize, outputSize, cubicKernel),
  )
  const { data } = resized
  for (let i = 0; i < data.length; i++) data[i] = Math.min(255, Math.max(0, data[i]))
  return resized
}
