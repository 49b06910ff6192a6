import type { FrameArray } from '@kinemetric/video'
import { networkError } from '../tracklets/network-error.ts'

/** The sizes T, H, W of frames `[T, H, W, 3]`. @throws KinemetricError `not-frames` for another shape */
export function requireFrameShape(network: string, frames: FrameArray): readonly [number, number, number] {
  const [count, height, width, channels] = frames.shape
  if (frames.shape.length !== 4 || channels !== 3 || height < 1 || width < 1) {
    throw networkError('not-frames', network, {
      expected: 'frames of shape [T, H, W, 3]',
      found: `[${frames.shape.join(', ')}]`,
    })
  }
  return [count, height, width]
}
