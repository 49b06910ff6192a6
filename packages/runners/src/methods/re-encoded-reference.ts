import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contiguous, frameArray, type Frames, readFrames, writePreview } from '@kinemetric/video'
import type { OracleCondition } from '../generator/condition.ts'
import type { OpenGenerator } from '../generator/generator.ts'
import { plainGenerator } from '../generator/plain-generator.ts'

/**
 * The reference as it arrives: through a codec that videos are delivered in (H.264 4:2:0, as previews are written) and decoded again. Better than this a
 * method that delivers so cannot be. A probe, no generator.
 */
export const openReEncodedReference: OpenGenerator<OracleCondition> = async () =>
  plainGenerator(async ({ reference, fps }: OracleCondition) => {
    const frames = await reference()
    const folder = await mkdtemp(join(tmpdir(), 'kinemetric-re-encoded-'))
    try {
      const path = join(folder, 'clip.mp4')
      await writePreview(path, { ...frames, fps: frames.fps ?? fps ?? undefined })
      return { pixels: cropped((await readFrames(path)).pixels, frames.pixels), fps: frames.fps }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

/** Without the row and column that the encoding adds to odd sizes. */
function cropped(decoded: Frames['pixels'], { shape: [count, height, width] }: Frames['pixels']): Frames['pixels'] {
  const [, decodedHeight, decodedWidth] = decoded.shape
  if (decodedHeight === height && decodedWidth === width) return decoded
  const { data } = contiguous(decoded.hi(count, height, width, 3))
  return frameArray(data, count, height, width)
}
