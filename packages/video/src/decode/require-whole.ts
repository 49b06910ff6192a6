import { bytesOf } from '../containers/file-bytes.ts'
import { declaredEnd } from '../containers/declared-end.ts'
import type { OpenVideo } from '../decoders/decoder.ts'
import { openFile } from '../frames/open-file.ts'
import { videoError } from '../frames/video-error.ts'
import type { VideoWarning } from '../frames/video-warning.ts'

/**
 * What tells that a video file ends before its own structure says. Decoders mostly end in silence there, with fewer frames. A file whose container
 * claims more bytes than there are, and whose every frame could be decoded as its index promises (or all its seconds), is whole: the claim is wrong.
 * @param video after its last frame; undefined where it could not be opened or decoded to the end
 * @returns `cut`: what is missing, in words; or a warning of a wrong claim or of bytes after the end
 */
export async function cutOrOdd(
  path: string,
  video?: OpenVideo,
): Promise<{ cut: string } | { cut: undefined; warning: VideoWarning | undefined }> {
  const { handle, size } = await openFile(path)
  try {
    const { end, promise, missing, opens } = await declaredEnd(bytesOf(handle, size))
    if (video !== undefined && opens === false) return { cut: undefined, warning: undefined }
    if (end === undefined || end === size) return { cut: undefined, warning: undefined }
    if (end < size) return { cut: undefined, warning: afterTheEnd(size - end) }
    if (video !== undefined && promise !== undefined && isKept(promise, video)) {
      const message = `its container claims ${end} bytes and the file has ${size}; all frames that its index promises are there`
      return { cut: undefined, warning: { code: 'wrong-size', message } }
    }
    if (!Number.isFinite(end)) return { cut: `expected ${missing}, found none after ${size} bytes` }
    return { cut: `expected a file of ${end} bytes, found ${size}` }
  } finally {
    await handle.close()
  }
}

/** Whether as many frames, or as long a video, came out as the file says. */
function isKept(promise: 'frames' | 'seconds', { description, times }: OpenVideo): boolean {
  const { frameCount, durationSeconds, fps } = description
  if (promise === 'frames') return frameCount !== undefined && times.count >= frameCount
  // The last frame lasts one step; half of one for rounding.
  return durationSeconds !== undefined && fps !== undefined && times.last + 1.5 / fps >= durationSeconds
}

function afterTheEnd(bytes: number): VideoWarning {
  return { code: 'after-the-end', message: `${bytes} bytes after the end of the video, which are no part of it` }
}

/** @throws KinemetricError `truncated` where the file was cut; the warning otherwise */
export async function requireWhole(
  path: string,
  frames: number,
  video?: OpenVideo,
  cause?: Error,
): Promise<VideoWarning | undefined> {
  const found = await cutOrOdd(path, video)
  if (found.cut === undefined) return found.warning
  const decoded = frames === 0 ? 'nothing' : `${frames} frames`
  throw videoError('truncated', path, `${found.cut}; ${decoded} could be decoded`, { cause })
}
