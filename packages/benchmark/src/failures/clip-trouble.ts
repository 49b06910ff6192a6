import { basename } from 'node:path'
import { VideoError } from '@kinemetric/video'
import { ClipError, type ClipFailure, type FailureReason } from './clip-failure.ts'

const noSpace = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/**
 * The failure that an error during the work on one clip stands for, or undefined where it is no fault of the clip (disk full, abort, a bug) and has to
 * end the run.
 */
export function clipTrouble(clip: string, error: unknown, unreadable: FailureReason): ClipFailure | undefined {
  if (error instanceof ClipError) return { clip, reason: error.reason, message: error.message }
  if (error instanceof VideoError && error.code !== 'write-failed' && error.code !== 'no-decoder')
    // Without the folder: records are published, and are the same wherever the clips lie.
    return { clip, reason: videoReason(error.code, unreadable), message: `${basename(error.path)}: ${error.detail}` }
  return undefined
}

/** Whether an error, or what caused it, says that the disk is full. */
export function isDiskFull(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && (cause.code === 'disk-full' || noSpace.has(String(cause.code)))) return true
    // FFmpeg has the system's words and not its code.
    if (/no space left on device|disk quota exceeded|file too large/i.test(cause.message)) return true
  }
  return false
}

function videoReason(code: VideoError['code'], unreadable: FailureReason): FailureReason {
  switch (code) {
    case 'empty':
    case 'no-frames':
      return 'empty'
    case 'truncated':
      return 'truncated'
    case 'not-a-video':
      return 'not-a-video'
    case 'too-few-frames':
      return 'too-few-frames'
    case 'mixed-sizes':
      return 'wrong-size'
    default:
      return unreadable
  }
}
