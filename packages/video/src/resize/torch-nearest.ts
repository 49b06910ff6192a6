import { contiguous } from '../frames/contiguous.ts'
import { frameArray, requireFrames, requireSize, type FrameArray } from '../frames/frames.ts'
import { pickPixels } from './kernels/nearest-kernel.ts'

/**
 * torch's legacy `mode='nearest'`: output pixel o takes input pixel min(⌊o · in/out⌋, in − 1), no half-pixel centre, the
 * scale in 32-bit floats as torch holds it (aten UpSample.h). InterDyn resizes its masks with it.
 * @param frames `[T, H, W, 3]`
 * @returns `[T, height, width, 3]`, contiguous
 * @throws KinemetricError `bad-size` for other shapes or sizes below 1.
 */
export function torchNearest(frames: FrameArray, height: number, width: number): FrameArray {
  return torchNearestWindow(frames, height, width, { top: 0, left: 0, height, width })
}

/**
 * The `window` of what `torchNearest(frames, height, width)` gives, computing no more.
 * @param window in pixels of the resized frame; must lie inside it
 * @param options `allocate`: where the result's bytes come from
 */
export function torchNearestWindow(
  frames: FrameArray,
  height: number,
  width: number,
  window: { top: number; left: number; height: number; width: number },
  options: { allocate?: (bytes: number) => Uint8Array } = {},
): FrameArray {
  requireFrames(frames, 'torchNearest')
  requireSize(height, width, 'torchNearest')
  const [count, inputHeight, inputWidth] = frames.shape
  const input = contiguous(frames).data
  const rows = nearestSources(inputHeight, height)
  const columns = nearestSources(inputWidth, width).slice(window.left, window.left + window.width)
  const windowRows = rows.slice(window.top, window.top + window.height)
  const pick = pickPixels(windowRows, columns, inputWidth, inputHeight)
  const bytes = window.height * window.width * 3
  const frameBytes = inputHeight * inputWidth * 3
  const output = options.allocate?.(count * bytes) ?? new Uint8Array(count * bytes)
  for (let t = 0; t < count; t++)
    pick(input.subarray(t * frameBytes, (t + 1) * frameBytes), output.subarray(t * bytes, (t + 1) * bytes))
  return frameArray(output, count, window.height, window.width)
}

function nearestSources(inputSize: number, outputSize: number): Int32Array {
  const scale = Math.fround(inputSize / outputSize)
  return Int32Array.from({ length: outputSize }, (_, o) => Math.min(Math.floor(Math.fround(o * scale)), inputSize - 1))
}
