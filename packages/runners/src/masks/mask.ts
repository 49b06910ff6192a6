import { contiguous, type FrameArray } from '@kinemetric/video'
import { runnerError } from '../generator/runner-error.ts'
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

/** More colours than drivers can have: what has them is no drawing of masks. */
const mostColours = 16

/**
 * The masks of a control signal [T, H, W, 3] that has a colour a driver on black: those of each driver, in the order in which the colours come.
 * @throws KinemetricError `unfit-clip` for more colours than drivers can have
 */
export function masksByColour(control: FrameArray): Mask[][] {
  const { data, shape } = contiguous(control)
  const [count, height, width] = shape
  const size = height * width
  const drivers = new Map<number, Mask[]>()
  for (let i = 0; i < count * size; i++) {
    const colour = (data[3 * i] << 16) | (data[3 * i + 1] << 8) | data[3 * i + 2]
    if (colour === 0) continue
    let masks = drivers.get(colour)
    if (masks === undefined) {
      if (drivers.size === mostColours)
        throw runnerError('unfit-clip', '', {
          expected: `a control signal with a colour a driver, at most ${mostColours}, on black`,
          found: 'more colours',
        })
      masks = Array.from({ length: count }, () => ({ height, width, inside: new Uint8Array(size) }))
      drivers.set(colour, masks)
    }
    masks[Math.floor(i / size)].inside[i % size] = 1
  }
  return [...drivers.values()]
}

/** All pixels of any of the masks, which are of one size. */
export function unionOf(masks: readonly Mask[], { height, width }: Pick<Mask, 'height' | 'width'>): Mask {
  const inside = new Uint8Array(height * width)
  for (const mask of masks) for (let i = 0; i < inside.length; i++) if (mask.inside[i] === 1) inside[i] = 1
  return { height, width, inside }
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
