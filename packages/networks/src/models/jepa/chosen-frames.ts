import { contiguous, type FrameArray, frameArray } from '@kinemetric/video'

// Which frames of a clip a network of clips looks at.

/**
 * So many frames of all `count`, evenly: round(linspace(0, count − 1, wanted)), and the last again and again where there are fewer (WorldArena's JEDi script).
 * A position halfway between two frames does not occur for 16.
 */
export function evenly(count: number, wanted: number): number[] {
  if (count < wanted) return Array.from({ length: wanted }, (_, i) => Math.min(i, count - 1))
  return Array.from({ length: wanted }, (_, i) => Math.round((i * (count - 1)) / (wanted - 1)))
}

/**
 * 16 frames of the first 64, as V-JEPA's data set takes one segment of a video for evaluation (facebookresearch/jepa, src/datasets/video_dataset.py): of a shorter
 * one every 4th and then the last again and again.
 */
export function everyFourth(count: number): number[] {
  const [wanted, step] = [16, 4]
  const span = Math.min(count, wanted * step)
  const taken = count > wanted * step ? wanted : Math.floor(span / step)
  return Array.from({ length: wanted }, (_, i) => {
    const place = i >= taken ? span : taken === 1 ? 0 : (i * span) / (taken - 1)
    return Math.floor(Math.min(place, span - 1))
  })
}

/** Frames by number, in that order; a number may come again. */
export function pickFrames(frames: FrameArray, numbers: readonly number[]): FrameArray {
  const [, height, width] = frames.shape
  const { data } = contiguous(frames)
  const bytes = height * width * 3
  const picked = new Uint8Array(numbers.length * bytes)
  for (const [i, number] of numbers.entries())
    picked.set(data.subarray(number * bytes, (number + 1) * bytes), i * bytes)
  return frameArray(picked, numbers.length, height, width)
}
