import { requireFrames, type FrameArray } from './frames.ts'
import { videoError } from './video-error.ts'

/**
 * Frames `start`, `start + stride`, … as a view on the same data.
 * @param frames `[T, H, W, 3]`
 * @param start index of the first frame, 0 ≤ start ≤ T
 * @param stride distance between frames, at least 1
 * @param count how many; by default all that follow
 * @throws KinemetricError `bad-window` when the frames do not reach that far.
 */
export function sliceFrames(frames: FrameArray, start: number, stride = 1, count?: number): FrameArray {
  requireFrames(frames, 'sliceFrames')
  const total = frames.shape[0]
  const available = Math.max(0, Math.ceil((total - start) / stride))
  const wanted = count ?? available
  const whole = Number.isInteger(start) && Number.isInteger(stride) && Number.isInteger(wanted)
  if (!whole || start < 0 || start > total || stride < 1 || wanted < 0 || wanted > available) {
    const asked = `${count ?? 'all'} frames from ${start} with stride ${stride}`
    throw videoError('bad-window', 'sliceFrames', { expected: asked, found: `${total} frames` })
  }
  return frames.lo(start, 0, 0, 0).step(stride, 1, 1, 1).hi(wanted, frames.shape[1], frames.shape[2], 3)
}
