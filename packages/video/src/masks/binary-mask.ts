/** A set of pixels of one picture: 1 for each that belongs to it, row by row, else 0. */
export interface BinaryMask {
  readonly height: number
  readonly width: number
  readonly inside: Uint8Array
}

/** What a mask covers, in pixels; pixel centres lie at whole numbers. */
export interface MaskExtent {
  readonly area: number
  /** [x, y, width, height]; null for an empty mask. */
  readonly bbox: readonly [number, number, number, number] | null
  /** [x, y]: the mean of its pixels' places; null for an empty mask. */
  readonly centroid: readonly [number, number] | null
}

/** Area, bounding box and centroid of a mask. */
export function maskExtent({ height, width, inside }: BinaryMask): MaskExtent {
  let [area, sumX, sumY] = [0, 0, 0]
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (inside[y * width + x] === 0) continue
      area++
      sumX += x
      sumY += y
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      bottom = y
    }
  if (area === 0) return { area, bbox: null, centroid: null }
  return { area, bbox: [left, top, right - left + 1, bottom - top + 1], centroid: [sumX / area, sumY / area] }
}
