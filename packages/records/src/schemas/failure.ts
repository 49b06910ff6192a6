import { z } from 'zod'

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

/**
 * Why one clip has no score. `reason` is a code that programs can test, `message` says expected, found and where, without this machine's folders. Read from
 * a record, the reason may be one that only a later version knows.
 */
export const failureSchema = z.strictObject({
  clip: z.string(),
  /** Of a clip with several samples, which of them. */
  sample: z.string().optional(),
  reason: z.string().min(1),
  message: z.string(),
})

export type RecordFailure = z.infer<typeof failureSchema>

/** A failure that this version makes: its reason is one of those above. */
export interface ClipFailure extends RecordFailure {
  reason: FailureReason
}
