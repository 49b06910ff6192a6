import type { KinemetricError } from '@kinemetric/files'
import { tooLarge } from '../frames/limits.ts'
import { videoError } from '../frames/video-error.ts'

/** Why a file could not be opened, from FFmpeg's words. */
export function openError(path: string, reason: string): KinemetricError {
  const size = /Picture size (\d+)x(\d+) (?:is invalid|exceeds)/.exec(reason)
  if (size !== null) return tooLarge(path, Number(size[1]), Number(size[2]))
  if (reason.endsWith('End of file')) {
    return videoError('no-frames', path, { expected: 'frames', found: 'the end of the file after its header' })
  }
  return videoError('not-a-video', path, { expected: 'a video file', found: `something FFmpeg cannot open: ${reason}` })
}
