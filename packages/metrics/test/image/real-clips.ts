import ndarray from 'ndarray'
import { centreCrop, contiguous, coverResize, readFrames, type FrameArray } from '@kinemetric/video'
import { sharedPath } from '../../../../test/shared.ts'

/** How a "generated" clip is made of a real one, so that golden values need no generator. */
export type Counterfeit = 'first-frame-repeated' | 'one-frame-late' | 'noise'

/**
 * Frames 1 to 13 (every second frame of the file, resized and cropped) of a Something-Something clip as the reference,
 * and a counterfeit of them.
 */
export async function realClip(
  id: string,
  counterfeit: Counterfeit,
  size: { height: number; width: number } = { height: 256, width: 384 },
): Promise<{ generated: FrameArray; reference: FrameArray }> {
  const path = sharedPath('data', 'interdyn-examples', id, 'video.webm')
  const { pixels } = await readFrames(path, { window: { start: 0, stride: 2, count: 14 } })
  const resized = coverResize(pixels, size.height, size.width, 'pillow-bicubic')
  const frames = contiguous(centreCrop(resized, size.height, size.width))
  const reference = contiguous(frames.lo(1))
  if (counterfeit === 'one-frame-late') return { generated: contiguous(frames.hi(13)), reference }
  const generated = reference.data.slice()
  const frameBytes = size.height * size.width * 3
  if (counterfeit === 'first-frame-repeated') {
    for (let t = 0; t < 13; t++) generated.set(frames.data.subarray(0, frameBytes), t * frameBytes)
  } else {
    let state = 1
    for (let i = 0; i < generated.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      generated[i] = Math.min(255, Math.max(0, generated[i] + ((state >>> 16) % 31) - 15))
    }
  }
  return { generated: ndarray(generated, reference.shape), reference }
}
