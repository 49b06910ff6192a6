import type { Orientation } from './decoder.ts'

/**
 * The upright image of a stored one: mirrored left to right if asked, then turned clockwise.
 * @param rgb H·W·3 bytes
 * @returns the same bytes when there is nothing to do; otherwise new ones, `width` × `height` swapped by a quarter turn
 */
export function orient(rgb: Uint8Array, height: number, width: number, orientation: Orientation): Uint8Array {
  const { rotation, mirrored } = orientation
  if (rotation === 0 && !mirrored) return rgb
  const quarter = rotation === 90 || rotation === 270
  const output = new Uint8Array(rgb.length)
  const outputWidth = quarter ? height : width
  for (let q = 0; q < height; q++) {
    for (let p = 0; p < width; p++) {
      const from = (q * width + (mirrored ? width - 1 - p : p)) * 3
      let [x, y] = [p, q]
      if (rotation === 90) [x, y] = [height - 1 - q, p]
      else if (rotation === 180) [x, y] = [width - 1 - p, height - 1 - q]
      else if (rotation === 270) [x, y] = [q, width - 1 - p]
      const to = (y * outputWidth + x) * 3
      output[to] = rgb[from]
      output[to + 1] = rgb[from + 1]
      output[to + 2] = rgb[from + 2]
    }
  }
  return output
}

/** Height and width after the turn. */
export function orientedSize(
  height: number,
  width: number,
  orientation: Orientation,
): { height: number; width: number } {
  return orientation.rotation % 180 === 0 ? { height, width } : { height: width, width: height }
}
