/**
 * Why one clip could not be prepared or scored.
 * Generated side: `missing-generated`, `no-reference` (generated, but not in the manifest), `duplicate-generated`, `generation-failed` (the method said so),
 * `generated-unreadable`. Reference side: `missing-reference`, `reference-unreadable`, `duplicate-reference`, `hash-mismatch`, `mask-frame-count`,
 * `unsupported-fps`, `dataset`. Both: `too-few-frames`, `too-many-frames`, `wrong-size`, `empty`, `truncated`, `not-a-video`. Scoring: `metric-failed`.
 */
export type FailureReason =
  | 'missing-generated'
  | 'no-reference'
  | 'duplicate-generated'
  | 'generation-failed'
  | 'generated-unreadable'
  | 'missing-reference'
  | 'reference-unreadable'
  | 'duplicate-reference'
  | 'hash-mismatch'
  | 'mask-frame-count'
  | 'unsupported-fps'
  | 'dataset'
  | 'too-few-frames'
  | 'too-many-frames'
  | 'wrong-size'
  | 'empty'
  | 'truncated'
  | 'not-a-video'
  | 'metric-failed'

export interface ClipFailure {
  clip: string
  reason: FailureReason
  message: string
}
