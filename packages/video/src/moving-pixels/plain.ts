import { roundHalfEven } from '../resize/round-half-even.ts'

// Where a video moves, as the Physics-IQ benchmark finds it: each frame's blurred grey against a running average of them, cleaned of specks. Whole numbers
// wherever OpenCV has them, so that the masks are those of opencv-python 4.10 bit by bit.
// Source: google-deepmind/physics-IQ-benchmark, code/binary_mask_generator.py (its parameters); OpenCV's imgproc for what its functions compute.

/** A pixel moves where it differs by more than so many levels from the average. */
export const MOVES_ABOVE = 10
/** What a frame counts in the running average, which it joins before it is compared. */
export const NEW_SHARE = 0.3
/** Pixels on each side of one that blur and cleaning look at. */
const REACH = 2

/** The readable form, for tests: `next` takes the frames in their order. */
export class MovingPixelsPlain {
  readonly #height: number
  readonly #width: number
  #average: Float64Array | undefined

  constructor(height: number, width: number) {
    this.#height = height
    this.#width = width
  }

  /**
   * @param rgb `[height, width, 3]` sRGB
   * @returns `[height, width]`, 255 where it moves and 0 elsewhere; nothing moves in the first frame
   */
  next(rgb: Uint8Array): Uint8Array {
    const [height, width] = [this.#height, this.#width]
    const blurred = blur(greyOf(rgb), height, width)
    const mask = new Uint8Array(height * width)
    if (this.#average === undefined) {
      this.#average = Float64Array.from(blurred)
      return mask
    }
    for (let i = 0; i < mask.length; i++) {
      this.#average[i] = NEW_SHARE * blurred[i] + (1 - NEW_SHARE) * this.#average[i]
      // Through float32, as convertScaleAbs does: 7.4999999999 is 7.5 then, and 8.
      const level = roundHalfEven(Math.fround(this.#average[i]))
      mask[i] = Math.abs(blurred[i] - level) > MOVES_ABOVE ? 255 : 0
    }
    const opened = extreme(extreme(mask, height, width, Math.min), height, width, Math.max)
    return extreme(extreme(opened, height, width, Math.max), height, width, Math.min)
  }
}

function greyOf(rgb: Uint8Array): Uint8Array {
  return Uint8Array.from(
    { length: rgb.length / 3 },
    (_, i) => (9798 * rgb[3 * i] + 19_235 * rgb[3 * i + 1] + 3735 * rgb[3 * i + 2] + 16_384) >> 15,
  )
}

/** [1 4 6 4 1]/16 on both axes, mirrored at the borders without the edge pixel twice. */
function blur(grey: Uint8Array, height: number, width: number): Uint8Array {
  const weights = [1, 4, 6, 4, 1]
  const rows = new Uint16Array(grey.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (const [k, weight] of weights.entries())
        rows[y * width + x] += weight * grey[y * width + mirrored(x + k - REACH, width)]
  const blurred = new Uint8Array(grey.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 128
      for (const [k, weight] of weights.entries()) sum += weight * rows[mirrored(y + k - REACH, height) * width + x]
      blurred[y * width + x] = sum >> 8
    }
  return blurred
}

/** A place beyond the border, mirrored at the edge pixel; of a picture of one pixel that pixel. */
export function mirrored(place: number, length: number): number {
  if (length === 1) return 0
  let at = place
  while (at < 0 || at >= length) at = at < 0 ? -at : 2 * (length - 1) - at
  return at
}

/** Smallest or largest of the 5×5 pixels around each; what lies outside does not count. */
function extreme(mask: Uint8Array, height: number, width: number, of: (a: number, b: number) => number): Uint8Array {
  const rows = Uint8Array.from(mask)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let near = Math.max(0, x - REACH); near <= Math.min(width - 1, x + REACH); near++)
        rows[y * width + x] = of(rows[y * width + x], mask[y * width + near])
  const found = Uint8Array.from(rows)
  for (let y = 0; y < height; y++)
    for (let near = Math.max(0, y - REACH); near <= Math.min(height - 1, y + REACH); near++)
      for (let x = 0; x < width; x++) found[y * width + x] = of(found[y * width + x], rows[near * width + x])
  return found
}
