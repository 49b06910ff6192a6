import { createHash } from 'node:crypto'

import { contiguous, isContiguous } from './contiguous.ts'
import { requireFrames, type FrameArray } from './frames.ts'

/**
 * Identity of decoded frames: hex sha256 over the line `uint8 TxHxWx3` and a newline, then the samples in T, H, W, RGB
 * order. Equal pixels in a different layout (a view, a copy) hash the same; timing is not part of it.
 */
export function hashFrames(frames: FrameArray): string {
  requireFrames(frames, 'hashFrames')
  const hash = createHash('sha256').update(`uint8 ${frames.shape.join('x')}\n`)
  if (isContiguous(frames)) return hash.update(frames.data).digest('hex')
  // Frame by frame, so that a view of a long video is never copied whole.
  for (let t = 0; t < frames.shape[0]; t++)
    hash.update(contiguous(frames.lo(t, 0, 0, 0).hi(1, ...frames.shape.slice(1))).data)
  return hash.digest('hex')
}
