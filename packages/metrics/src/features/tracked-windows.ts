import type { Query } from '@kinemetric/networks'
import {
  antialiasBilinear,
  contiguous,
  type FrameArray,
  frameArray,
  pillowBilinear,
  roundHalfEven,
} from '@kinemetric/video'
import { metricError } from '../recipes/metric-error.ts'

/**
 * How frames come to the size that points are tracked in: `squash256-pil` squashed to 256 × 256 by Pillow's bilinear filter; `short256` the shorter side to 256,
 * by torchvision's antialiased bilinear filter.
 */
export const trackedSizes = ['squash256-pil', 'short256'] as const
export type TrackedSize = (typeof trackedSizes)[number]

/** What is tracked of a clip for rows of features: in each window of frames the points of a square grid, from the window's first frame on. */
export interface TrackedWindows {
  resize: TrackedSize
  /** Points a side, the outermost `margin` pixels inside of the frame's border. */
  grid: number
  margin: number
  /** Frames of a window, and from one window's first frame to the next's. */
  frames: number
  stride: number
}

/** Side of the frame, or its shorter side. */
const SIDE = 256

/**
 * Frames of the size that points are tracked in.
 * @param frames `[T, H, W, 3]`
 */
export function trackedFrames(frames: FrameArray, resize: TrackedSize): FrameArray {
  const [count, height, width] = frames.shape
  if (resize === 'squash256-pil') return pillowBilinear(frames, SIDE, SIDE)
  const shorter = Math.min(height, width)
  const [h, w] = [height, width].map((side) => Math.trunc((SIDE * side) / shorter))
  if (h === height && w === width) return contiguous(frames)
  const { data } = antialiasBilinear(frames, h, w)
  return frameArray(Uint8Array.from(data, roundHalfEven), count, h, w)
}

/** The points of a window, row by row. @param size of the frames, as `trackedFrames` makes them @param t the window's first frame */
export function gridQueries(
  { grid, margin }: Pick<TrackedWindows, 'grid' | 'margin'>,
  size: { width: number; height: number },
  t = 0,
): Query[] {
  const place = (side: number, at: number) => margin + (at * (side - 2 * margin)) / (grid - 1)
  return Array.from({ length: grid * grid }, (_, n) => ({
    t,
    x: place(size.width, n % grid),
    y: place(size.height, Math.floor(n / grid)),
  }))
}

/** The first frames of a clip's windows. @throws KinemetricError `too-few` for a clip that is shorter than a window */
export function windowStarts({ frames, stride }: TrackedWindows, length: number, where: string): number[] {
  if (length < frames)
    throw metricError('too-few', where, {
      expected: `at least the ${frames} frames of a window`,
      found: `${length}`,
    })
  return Array.from({ length: Math.floor((length - frames) / stride) + 1 }, (_, i) => i * stride)
}
