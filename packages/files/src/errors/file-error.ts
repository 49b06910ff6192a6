import { errorsOf, KinemetricError } from './kinemetric-error.ts'
import { isDiskFull, systemCode } from './system-code.ts'

/** The errors of files, folders, locks and child processes. */
export const fileError = errorsOf({
  'not-found': 'input',
  'not-a-file': 'input',
  'not-readable': 'input',
  'not-json': 'input',
  invalid: 'input',
  'too-large': 'input',
  outside: 'input',
  exists: 'conflict',
  locked: 'conflict',
  'disk-full': 'disk',
  'write-failed': 'disk',
  'process-failed': 'broken',
  timeout: 'stopped',
})

/** The error for a write that failed: `disk-full` where no space, quota or file size is left, else `write-failed`. An error of ours stays as it is. */
export function writeError(path: string, cause: unknown): KinemetricError {
  if (cause instanceof KinemetricError) return cause
  const full = isDiskFull(cause)
  const reason = cause instanceof Error ? cause.message : String(cause)
  return fileError(
    full ? 'disk-full' : 'write-failed',
    path,
    `cannot be written (${full ? 'no space left' : (systemCode(cause) ?? reason)})`,
    { cause },
  )
}
