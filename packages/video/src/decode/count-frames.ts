import { isError } from '@kinemetric/files'
import type { DecoderChoice } from './decode-options.ts'
import { listImages } from '../images/list-images.ts'
import { inspectPath } from './inspect-path.ts'
import { requireWhole } from './require-whole.ts'
import { openVideo } from './open-video.ts'

/**
 * How many frames `readFrames` would give, by decoding them all without converting them. For files whose header does not
 * say (WebM, MKV: `VideoInfo.frameCount` is undefined) or is not to be believed.
 * @throws KinemetricError as `readFrames` does, also `truncated` and `damaged`.
 */
export async function countFrames(
  path: string,
  options: { decoder?: DecoderChoice | undefined; signal?: AbortSignal | undefined } = {},
): Promise<number> {
  const { kind, absolute } = await inspectPath(path)
  if (kind !== 'video') return kind === 'image' ? 1 : (await listImages(absolute)).length
  const video = await openVideo(absolute, options.decoder ?? 'auto')
  let count = 0
  try {
    const none = { start: Number.MAX_SAFE_INTEGER, stride: 1, last: Infinity }
    for await (const { index } of video.frames(none, options.signal)) count = index + 1
    await requireWhole(absolute, count, video)
  } catch (error) {
    // A file that was cut inside a frame: the cut is the better explanation.
    if (isError(error, 'unfit', 'damaged')) await requireWhole(absolute, count, undefined, error)
    throw error
  } finally {
    await video.close()
  }
  return count
}
