import ndarray from 'ndarray'

import { contiguous } from '../frames/contiguous.ts'
import { encodeVideo } from './encode-video.ts'
import { previewEncoding } from './encoding.ts'
import { requireFrames, type FrameArray, type Frames } from '../frames/frames.ts'

/**
 * Writes frames to a small `.mp4` that browsers play (H.264 4:2:0). Lossy: for looking at, not for scoring. Odd sizes,
 * which 4:2:0 cannot hold, are padded at the right and bottom by repeating the last column and row.
 * @param frames `pixels` `[T, H, W, 3]`, T ≥ 1, any size
 * @throws KinemetricError `bad-size`, `no-frames`, `unsupported`, `no-decoder` or `write-failed`; no half file is left.
 */
export async function writePreview(path: string, frames: Frames): Promise<void> {
  await encodeVideo(path, { ...frames, pixels: padToEven(frames.pixels) }, previewEncoding)
}

function padToEven(frames: FrameArray): FrameArray {
  requireFrames(frames, 'writePreview')
  const [count, height, width] = frames.shape
  const [evenHeight, evenWidth] = [height + (height % 2), width + (width % 2)]
  if (evenHeight === height && evenWidth === width) return frames
  const input = contiguous(frames).data
  const output = new Uint8Array(count * evenHeight * evenWidth * 3)
  for (let t = 0; t < count; t++) {
    for (let y = 0; y < evenHeight; y++) {
      const from = (t * height + Math.min(y, height - 1)) * width * 3
      const to = (t * evenHeight + y) * evenWidth * 3
      output.set(input.subarray(from, from + width * 3), to)
      if (evenWidth > width) output.copyWithin(to + width * 3, to + (width - 1) * 3, to + width * 3)
    }
  }
  return ndarray(output, [count, evenHeight, evenWidth, 3])
}
