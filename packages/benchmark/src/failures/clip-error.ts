import { errorsOf } from '@kinemetric/files'
import type { FailureReason } from '@kinemetric/records'

const kinds = {
  'missing-generated': 'unfit',
  'no-reference': 'unfit',
  'duplicate-generated': 'unfit',
  'generation-failed': 'unfit',
  'generated-unreadable': 'unfit',
  'missing-reference': 'unfit',
  'reference-unreadable': 'unfit',
  'duplicate-reference': 'unfit',
  'hash-mismatch': 'unfit',
  'mask-frame-count': 'unfit',
  'unsupported-fps': 'unfit',
  dataset: 'unfit',
  'too-few-frames': 'unfit',
  'too-many-frames': 'unfit',
  'wrong-size': 'unfit',
  empty: 'unfit',
  truncated: 'unfit',
  'not-a-video': 'unfit',
  'metric-failed': 'unfit',
} as const satisfies Record<FailureReason, 'unfit'>

/** The errors of the work on one clip: their codes are the reasons of its failure, see `FailureReason`. */
export const clipError = errorsOf(kinds)

/** Whether an error's code is a clip failure's reason. */
export function isFailureReason(code: string): code is FailureReason {
  return Object.hasOwn(kinds, code)
}
