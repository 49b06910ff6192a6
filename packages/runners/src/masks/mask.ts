import { contiguous, type FrameArray } from '@kinemetric/video'
import { nearestPixels } from './nearest-pixels.ts'

/** A set of pixels of one frame: 1 for each that belongs to it, row by row. */
export interface Mask {
  readonly height: number
  readonly width: number
  readonly inside: Uint8Array
}

/** Above this a sample of a control signal says "driver": what codecs leave around a mask stays below it. */
const THRESHOLD = 127

/** The masks of a control signal [T, H, W, 3], by its first channel. */
export function masksOf(control: FrameArray): Mask[] {
  const { data, shape } = contiguous(control)
  const [count, height, width] = shape
  return Array.from({ length: count }, (_, t) => {
    const begin = t * height * width * 3
    const inside = Uint8Array.from({ length: height * width }, (__, i) => (data[begin + 3 * i] > THRESHOLD ? 1 : 0))
    return { height, width, inside }
  })
}

/** Number of pixels. */
export function areaOf({ inside }: Mask): number {
  return inside.reduce((sum, value) => sum + value, 0)
}

/** All pixels within `reach` pixels of the mask (Euclidean), itself included. */
export function grown(mask: Mask, reach: number): Mask {
  const { height, width } = mask
  const nearest = nearestPixels(mask)
  const inside = Uint8Array.from(nearest, (at, i) =>
    at >= 0 && squaredDistance(at, i, width) <= reach * reach ? 1 : 0,
  )
  return { height, width, inside }
}

/** The mask's pixels that lie more than `depth` pixels from any outside of it; beyond the frame's border counts as inside. */
export function shrunk(mask: Mask, depth: number): Mask {
  const outside = grown(complement(mask), depth)
  return complement(outside)
}

function complement({ height, width, inside }: Mask): Mask {
  return { height, width, inside: inside.map((value) => 1 - value) }
}

/** Of two pixels by their place in the frame. */
export function squaredDistance(a: number, b: number, width: number): number {
  const dx = (a % width) - (b % width)
  const dy = Math.floor(a / width) - Math.floor(b / width)
  return dx * dx + dy * dy
}
