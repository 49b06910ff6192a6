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
  requireFrames(frames, 'torchNearest')
  requireSize(height, width, 'torchNearest')
  const [count, inputHeight, inputWidth] = frames.shape
  const input = contiguous(frames).data
  const rows = nearestSources(inputHeight, height)
  const columns = nearestSources(inputWidth, width)
  const output = new Uint8Array(count * height * width * 3)
  let at = 0
  for (let t = 0; t < count; t++) {
    for (let y = 0; y < height; y++) {
      const row = (t * inputHeight + rows[y]) * inputWidth * 3
      for (let x = 0; x < width; x++) {
        const from = row + columns[x] * 3
        output[at] = input[from]
        output[at + 1] = input[from + 1]
        output[at + 2] = input[from + 2]
        at += 3
      }
    }
  }
  return frameArray(output, count, height, width)
}

function nearestSources(inputSize: number, outputSize: number): Int32Array {
  const scale = Math.fround(inputSize / outputSize)
  return Int32Array.from({ length: outputSize }, (_, o) => Math.min(Math.floor(Math.fround(o * scale)), inputSize - 1))
}
