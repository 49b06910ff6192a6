import { cropFrames, requireCropFits, type CropOffset } from './centre-crop.ts'
import { requireFrames, type FrameArray } from '../frames/frames.ts'
import { videoError } from '../frames/video-error.ts'

/**
 * Offset of the `cropHeight` × `cropWidth` window that keeps the masked object in sight: centred on the middle,
 * ⌊(min + max)/2⌋, of the box around every nonzero mask pixel of all frames, then moved inside the frame. An empty mask
 * gives the window in the middle, ⌊(H − cropHeight)/2⌋: rounded down, where `centreCrop` rounds to even. Both as InterDyn
 * has them (`maximize_visibility`, interdyn/utils.py).
 * @param mask `[T, H, W, 3]`, nonzero where the object is
 */
export function maskCropOffset(mask: FrameArray, cropHeight: number, cropWidth: number): CropOffset {
  requireFrames(mask, 'maskCrop')
  const [, height, width] = mask.shape
  requireCropFits(height, width, cropHeight, cropWidth)
  const box = maskBounds(mask)
  if (box === undefined)
    return { top: Math.floor((height - cropHeight) / 2), left: Math.floor((width - cropWidth) / 2) }
  return {
    top: clampedStart(Math.floor((box.top + box.bottom) / 2), cropHeight, height),
    left: clampedStart(Math.floor((box.left + box.right) / 2), cropWidth, width),
  }
}

/**
 * The window of `maskCropOffset` cut out of every frame, as a view.
 * @param frames `[T, H, W, 3]`
 * @param mask `[T', H, W, 3]`, of the same size; nonzero where the object is
 * @throws KinemetricError `bad-size` when the sizes differ or the crop does not fit.
 */
export function maskCrop(frames: FrameArray, mask: FrameArray, height: number, width: number): FrameArray {
  requireFrames(frames, 'maskCrop')
  requireFrames(mask, 'maskCrop')
  if (frames.shape[1] !== mask.shape[1] || frames.shape[2] !== mask.shape[2]) {
    const found = `${mask.shape[1]}×${mask.shape[2]}`
    throw videoError('bad-size', 'maskCrop', { expected: `a mask of ${frames.shape[1]}×${frames.shape[2]}`, found })
  }
  return cropFrames(frames, maskCropOffset(mask, height, width), height, width)
}

/** The box around all nonzero pixels of all frames, both ends included; undefined when there is none. */
export function maskBounds(mask: FrameArray): { top: number; bottom: number; left: number; right: number } | undefined {
  const { data, shape, stride, offset } = mask
  const [count, height, width, channels] = shape
  let [top, bottom, left, right] = [height, -1, width, -1]
  for (let t = 0; t < count; t++) {
    for (let y = 0; y < height; y++) {
      const row = offset + t * stride[0] + y * stride[1]
      for (let x = 0; x < width; x++) {
        let any = 0
        for (let c = 0; c < channels; c++) any |= data[row + x * stride[2] + c * stride[3]]
        if (any === 0) continue
        if (y < top) top = y
        if (y > bottom) bottom = y
        if (x < left) left = x
        if (x > right) right = x
      }
    }
  }
  return bottom < 0 ? undefined : { top, bottom, left, right }
}

function clampedStart(centre: number, crop: number, size: number): number {
  return Math.min(Math.max(centre - Math.floor(crop / 2), 0), size - crop)
}
