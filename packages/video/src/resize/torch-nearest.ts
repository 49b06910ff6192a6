import { contiguous } from '../frames/contiguous.ts'
import { frameArray, requireFrames, requireSize, type FrameArray } from '../frames/frames.ts'

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
 */
export function torchNearestWindow(
  frames: FrameArray,
  height: number,
  width: number,
  window: { top: number; left: number; height: number; width: number },
): FrameArray {
  requireFrames(frames, 'torchNearest')
  requireSize(height, width, 'torchNearest')
  const [count, inputHeight, inputWidth] = frames.shape
  const input = contiguous(frames).data
  const rows = nearestSources(inputHeight, height)
  const columns = nearestSources(inputWidth, width).subarray(window.left, window.left + window.width)
  const rowBytes = window.width * 3
  const output = new Uint8Array(count * window.height * rowBytes)
  let at = 0
  for (let t = 0; t < count; t++) {
    for (let y = 0; y < window.height; y++, at += rowBytes) {
      const source = rows[window.top + y]
      // The same row again, as every so often where rows are doubled.
      if (y > 0 && source === rows[window.top + y - 1]) output.copyWithin(at, at - rowBytes, at)
      else copyPixels(input, (t * inputHeight + source) * inputWidth * 3, columns, output, at)
    }
  }
  return frameArray(output, count, window.height, window.width)
}

function copyPixels(input: Uint8Array, row: number, columns: Int32Array, output: Uint8Array, start: number): void {
  let at = start
  for (let x = 0; x < columns.length; x++) {
    const from = row + columns[x] * 3
    output[at] = input[from]
    output[at + 1] = input[from + 1]
    output[at + 2] = input[from + 2]
    at += 3
  }
}

function nearestSources(inputSize: number, outputSize: number): Int32Array {
  const scale = Math.fround(inputSize / outputSize)
  return Int32Array.from({ length: outputSize }, (_, o) => Math.min(Math.floor(Math.fround(o * scale)), inputSize - 1))
}
