import { centreCrop, centreCropOffset } from './centre-crop.ts'
import { contiguous } from '../frames/contiguous.ts'
import { coverSize } from './cover-size.ts'
import { requireFrames, type FrameArray } from '../frames/frames.ts'
import { pillowBicubic, pillowBicubicWindow } from './pillow-bicubic.ts'
import { torchNearest } from './torch-nearest.ts'

/** Which resize: Pillow's bicubic for images, torch's legacy nearest for masks. */
export type CoverFilter = 'pillow-bicubic' | 'torch-nearest'

/**
 * Frames resized, proportions kept, so that they just cover `height` × `width` (see `coverSize`); crop afterwards.
 * @param frames `[T, H, W, 3]`
 * @returns `[T, ≥ height, ≥ width, 3]`, one of the two exact
 * @throws KinemetricError `bad-size` for other shapes or sizes below 1.
 */
export function coverResize(frames: FrameArray, height: number, width: number, filter: CoverFilter): FrameArray {
  requireFrames(frames, 'coverResize')
  const size = coverSize(frames.shape[1], frames.shape[2], height, width)
  return (filter === 'pillow-bicubic' ? pillowBicubic : torchNearest)(frames, size.height, size.width)
}

/**
 * `centreCrop(coverResize(frames, height, width, filter), height, width)`, byte for byte, contiguous, and without
 * computing what the crop discards.
 * @param frames `[T, H, W, 3]`
 * @returns `[T, height, width, 3]`
 * @throws KinemetricError `bad-size` for other shapes or sizes below 1.
 */
export function coverCrop(frames: FrameArray, height: number, width: number, filter: CoverFilter): FrameArray {
  requireFrames(frames, 'coverCrop')
  if (filter === 'torch-nearest')
    return contiguous(centreCrop(coverResize(frames, height, width, filter), height, width))
  const size = coverSize(frames.shape[1], frames.shape[2], height, width)
  const offset = centreCropOffset(size.height, size.width, height, width)
  return pillowBicubicWindow(frames, size.height, size.width, { ...offset, height, width })
}
