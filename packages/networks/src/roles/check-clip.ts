import type { FrameArray } from '@kinemetric/video'
import type { Query } from '../tracklets/tracklets.ts'
import { networkError } from '../tracklets/network-error.ts'

/** The clip's T, H and W, once it and the queries are fit to be tracked. */
export interface CheckedClip {
  length: number
  height: number
  width: number
}

/**
 * Checks a clip and its queries before anything is computed.
 *
 * @param longest the tracker's limit of frames
 * @throws KinemetricError `not-frames`, `too-few-frames` (T = 1 has no motion), `too-many-frames`, `no-points`, `point-outside`
 */
export function checkClip(
  tracker: string,
  frames: FrameArray,
  queries: readonly Query[],
  longest = Number.POSITIVE_INFINITY,
): CheckedClip {
  const [length, height, width, channels] = frames.shape
  if (frames.shape.length !== 4 || channels !== 3) {
    throw networkError('not-frames', tracker, {
      expected: 'frames [T, H, W, 3]',
      found: `[${frames.shape.join(', ')}]`,
    })
  }
  if (length < 2) {
    throw networkError('too-few-frames', tracker, {
      expected: 'at least 2 frames to track through',
      found: String(length),
    })
  }
  if (length > longest) {
    throw networkError('too-many-frames', tracker, { expected: `at most ${longest} frames`, found: String(length) })
  }
  if (queries.length === 0) throw networkError('no-points', tracker, { expected: 'at least one point', found: 'none' })
  for (const [index, { t, x, y }] of queries.entries()) {
    const inside = Number.isInteger(t) && t >= 0 && t < length && x >= 0 && x <= width - 1 && y >= 0 && y <= height - 1
    if (!inside) {
      throw networkError('point-outside', tracker, {
        expected: `point ${index} at a whole frame of 0..${length - 1}, x of 0..${width - 1}, y of 0..${height - 1}`,
        found: `t=${t}, x=${x}, y=${y}`,
      })
    }
  }
  return { length, height, width }
}
