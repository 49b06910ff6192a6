import { KinemetricError } from './kinemetric-error.ts'
import { systemCode } from './system-code.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'nothing of that name',
  ENOTDIR: 'a file where a folder was named',
  EISDIR: 'a folder',
  EACCES: 'something that this user may not read',
  EPERM: 'something that this user may not read',
  ELOOP: 'links that lead in a circle',
  ENAMETOOLONG: 'a name that is too long for this system',
  EMFILE: 'too many open files',
  EIO: 'a fault of the disk',
}

/** Why something could not be read, as what was found there: the words for the system's code, an error of ours in its own, others as they are. */
export function systemReason(cause: unknown): string {
  if (cause instanceof KinemetricError) return cause.sentence
  const code = systemCode(cause)
  if (code !== undefined && Object.hasOwn(reasons, code)) return reasons[code]
  return cause instanceof Error ? cause.message : String(cause)
}
