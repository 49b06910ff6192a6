import { centreCropOffset, type CropOffset, requireCropInside } from './centre-crop.ts'
import { coverSize } from './cover-size.ts'
import { requireFrames, type FrameArray } from '../frames/frames.ts'
import { pillowBicubic, pillowBicubicWindow } from './pillow-bicubic.ts'
import { torchNearest, torchNearestWindow } from './torch-nearest.ts'

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
 * computing what the crop discards; or `cropFrames` in place of the centred crop.
 * @param frames `[T, H, W, 3]`
 * @param options `offset`: where the crop begins in the resized frame; in the centre where not given. `allocate`: where the result's bytes come from
 * @returns `[T, height, width, 3]`
 * @throws KinemetricError `bad-size` for other shapes or sizes below 1, and for a crop that does not lie inside.
 */
export function coverCrop(
  frames: FrameArray,
  height: number,
  width: number,
  filter: CoverFilter,
  {
    offset,
    allocate,
  }: { offset?: CropOffset | undefined; allocate?: ((bytes: number) => Uint8Array) | undefined } = {},
): FrameArray {
  requireFrames(frames, 'coverCrop')
  const size = coverSize(frames.shape[1], frames.shape[2], height, width)
  const at = offset ?? centreCropOffset(size.height, size.width, height, width)
  requireCropInside(size.height, size.width, at, height, width)
  const window = { ...at, height, width }
  const resize = filter === 'pillow-bicubic' ? pillowBicubicWindow : torchNearestWindow
  return resize(frames, size.height, size.width, window, allocate === undefined ? {} : { allocate })
}
