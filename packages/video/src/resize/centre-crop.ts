import { requireFrames, requireSize, type FrameArray } from '../frames/frames.ts'
import { roundHalfEven } from './round-half-even.ts'
import { videoError } from '../frames/video-error.ts'

/** Where a crop begins, in pixels from the top left corner of the frame. */
export interface CropOffset {
  top: number
  left: number
}

/** Offset of the centred `cropHeight` × `cropWidth` window: round-half-even((height − cropHeight)/2), as torchvision. */
export function centreCropOffset(height: number, width: number, cropHeight: number, cropWidth: number): CropOffset {
  requireCropFits(height, width, cropHeight, cropWidth)
  return { top: roundHalfEven((height - cropHeight) / 2), left: roundHalfEven((width - cropWidth) / 2) }
}

/** @throws KinemetricError `bad-size` unless a crop of at least 1×1 fits into the frame. */
export function requireCropFits(height: number, width: number, cropHeight: number, cropWidth: number): void {
  requireSize(cropHeight, cropWidth, 'crop')
  if (cropHeight > height || cropWidth > width) {
    throw videoError('bad-size', 'crop', {
      expected: `frames of at least ${cropHeight}×${cropWidth} (height × width)`,
      found: `${height}×${width}`,
    })
  }
}

/**
 * A `height` × `width` window of every frame, as a view.
 * @throws KinemetricError `bad-size` when it does not lie inside the frame.
 */
export function cropFrames(frames: FrameArray, offset: CropOffset, height: number, width: number): FrameArray {
  requireFrames(frames, 'crop')
  requireSize(height, width, 'crop')
  const { top, left } = offset
  const [count, frameHeight, frameWidth] = frames.shape
  requireCropInside(frameHeight, frameWidth, offset, height, width)
  return frames.lo(0, top, left, 0).hi(count, height, width, 3)
}

/** @throws KinemetricError `bad-size` unless the crop lies inside the frame. */
export function requireCropInside(
  frameHeight: number,
  frameWidth: number,
  { top, left }: CropOffset,
  height: number,
  width: number,
): void {
  const inside = top >= 0 && left >= 0 && top + height <= frameHeight && left + width <= frameWidth
  if (!Number.isInteger(top) || !Number.isInteger(left) || !inside) {
    const window = `${height}×${width} at top ${top}, left ${left}`
    throw videoError('bad-size', 'crop', {
      expected: `${window} to lie inside the frame`,
      found: `${frameHeight}×${frameWidth}`,
    })
  }
}

/**
 * The centred `height` × `width` window of every frame, as a view (halves rounded to even, as Python's `round`).
 * @param frames `[T, H, W, 3]`, H ≥ height, W ≥ width
 * @throws KinemetricError `bad-size` when the frame is smaller than the crop.
 */
export function centreCrop(frames: FrameArray, height: number, width: number): FrameArray {
  requireFrames(frames, 'centreCrop')
  return cropFrames(frames, centreCropOffset(frames.shape[1], frames.shape[2], height, width), height, width)
}
