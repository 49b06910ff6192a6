import { centreCropOffset, coverSize, type CropOffset } from '@kinemetric/video'
import type { Box, Size } from './boxes.ts'

/** A frame as it is resized so that it just covers the size wanted: [height, width] of both, pixels. */
export interface Cover {
  native: Size
  resized: Size
  target: Size
}

/** How a frame of the native size covers a target. */
export function coverOf(native: Size, target: Size): Cover {
  const { height, width } = coverSize(native[0], native[1], target[0], target[1])
  return { native, resized: [height, width], target }
}

/**
 * The crop that keeps some boxes in sight: centred on the middle of what is around all of them in resized pixels, then moved inside the frame. The
 * arithmetic of InterDyn's `MaskAwareCrop` (interdyn/utils.py), fed with boxes in place of mask pixels.
 * @param boxes in native pixels, clamped to the frame; none gives the crop in the middle, rounded down as theirs is
 */
export function cropAround(boxes: readonly Box[], { native, resized, target }: Cover): CropOffset {
  if (boxes.length === 0) return { top: (resized[0] - target[0]) >> 1, left: (resized[1] - target[1]) >> 1 }
  const x = boxes.map(([x1, , x2]): [number, number] => [x1, x2])
  const y = boxes.map(([, y1, , y2]): [number, number] => [y1, y2])
  return {
    top: startAround(y, resized[0] / native[0], target[0], resized[0]),
    left: startAround(x, resized[1] / native[1], target[1], resized[1]),
  }
}

/** The crop in the centre, halves rounded to even. */
export function centreOf({ resized, target }: Cover): CropOffset {
  return centreCropOffset(resized[0], resized[1], target[0], target[1])
}

function startAround(spans: readonly (readonly [number, number])[], scale: number, crop: number, size: number): number {
  const least = Math.floor(scale * Math.min(...spans.map(([from]) => from)))
  const most = Math.ceil(scale * Math.max(...spans.map(([, to]) => to))) - 1
  const centre = (least + most) >> 1
  return Math.min(Math.max(0, centre - (crop >> 1)), size - crop)
}

/** Whether a box, in native pixels, overlaps a crop by at least a resized pixel in both directions. */
export function overlapsCrop([x1, y1, x2, y2]: Box, crop: CropOffset, { native, resized, target }: Cover): boolean {
  const [ky, kx] = [resized[0] / native[0], resized[1] / native[1]]
  const across = Math.min(kx * x2, crop.left + target[1]) - Math.max(kx * x1, crop.left)
  const down = Math.min(ky * y2, crop.top + target[0]) - Math.max(ky * y1, crop.top)
  return across >= 1 && down >= 1
}
