import type { FrameMap } from '../../spec/frame-formula.ts'

/**
 * The mean of a map over the pixels of a region that the map has; NaN where it has none.
 * @param region `[height, width]` of the frame, not 0 inside
 * @param width of the frame
 */
export function meanOverRegion({ values, height, width, top, left }: FrameMap, region: Uint8Array, frameWidth: number) {
  let sum = 0
  let count = 0
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      if (region[(y + top) * frameWidth + x + left] === 0) continue
      sum += values[at]
      count++
    }
  return count === 0 ? Number.NaN : sum / count
}
