import { type FrameArray, frameArray } from './frames.ts'
import { sliceFrames } from './slice-frames.ts'

/** Those frames of contiguous ones: a view where they follow one another, else a copy. */
export function pickFrames(frames: FrameArray, indices: readonly number[]): FrameArray {
  const [first] = indices
  if (indices.every((index, i) => index === first + i)) return sliceFrames(frames, first, 1, indices.length)
  const [, height, width] = frames.shape
  const bytes = height * width * 3
  const data = new Uint8Array(indices.length * bytes)
  for (const [i, index] of indices.entries())
    data.set(frames.data.subarray(index * bytes, (index + 1) * bytes), i * bytes)
  return frameArray(data, indices.length, height, width)
}
