import { isError, portableMessage } from '@kinemetric/files'
import type { ClipFailure, FailureReason } from '@kinemetric/records'
import { isFailureReason } from './clip-error.ts'

/** Codes of the video package that another reason says. */
const sameReason: Readonly<Record<string, FailureReason>> = { 'no-frames': 'empty', 'mixed-sizes': 'wrong-size' }

/**
 * The failure that an error during the work on one clip stands for, or undefined where it is no fault of the clip (disk full, abort, a bug) and has to
 * end the run. Its message names files without their folders: records are published, and are the same wherever the clips lie.
 *
 * @param unreadable the reason where the error's code is none itself: the side that was being read
 */
export function clipTrouble(clip: string, error: unknown, unreadable: FailureReason): ClipFailure | undefined {
  if (!isError(error, 'unfit')) return undefined
  return { clip, reason: reasonOf(error.code, unreadable), message: portableMessage(error) }
}

function reasonOf(code: string, unreadable: FailureReason): FailureReason {
  return isFailureReason(code) ? code : (sameReason[code] ?? unreadable)
}
