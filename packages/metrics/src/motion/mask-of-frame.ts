import { contiguous, type FrameArray } from '@kinemetric/video'
import type { Mask } from './sample-points.ts'

/**
 * The mask that a frame draws: its red channel above a threshold.
 * @param frame [T, H, W, 3]; the first frame is taken
 * @param threshold 0..255
 */
export function maskOfFrame(frame: FrameArray, threshold: number): Mask {
  const [, height, width] = frame.shape
  const rgb = contiguous(frame).data
  const data = new Uint8Array(width * height)
  for (let i = 0; i < data.length; i++) if (rgb[3 * i] > threshold) data[i] = 1
  return { width, height, data }
}

/** Pixels of a mask that are not 0. */
export function maskArea({ data }: Mask): number {
  return data.reduce((area, value) => area + (value === 0 ? 0 : 1), 0)
}
