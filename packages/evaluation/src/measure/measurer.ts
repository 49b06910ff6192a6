import type { FrameArray } from '@kinemetric/video'
import type { ClipFailure, KinemetricRecord, Score } from '@kinemetric/records'
import type { Comparisons } from '../conclude/compare-values.ts'
import type { ObjectMotion, ScoredClip } from '../journal/measurement.ts'
import type { ReferenceClip } from '../clips/reference-clips.ts'

/** One clip, decoded on both sides: [T, H, W, 3] contiguous, of one shape. */
export interface ClipPair {
  reference: ReferenceClip
  generatedFrames: FrameArray
  referenceFrames: FrameArray
  generatedSha256: string
  referenceSha256: string
  /** Indices of the frames that are scored, and those frames. */
  scored: number[]
  generatedScored: FrameArray
  referenceScored: FrameArray
}

/** What one scorer says of one clip; goes into the clip's line of the journal. */
export interface ClipScores {
  values?: ScoredClip['values']
  features?: ScoredClip['features']
  motion?: ObjectMotion[]
  failures?: ClipFailure[]
  warnings?: string[]
}

/** Computes a group of metrics that share their work: first clip by clip, then over the set. */
export interface ClipScorer {
  /** Metric keys (`psnr/frame-mean`), in the order of the record. */
  keys: readonly string[]
  /** `host` runs on the processor's own threads; `network` runs take turns, as each uses every thread. */
  uses: 'host' | 'network'
  score(pair: ClipPair): Promise<ClipScores>
  /** The scores of the set, one a key, from the clips as the journal has them. */
  summarise(clips: readonly ScoredClip[]): Promise<Score[]>
  /** Paired tests of set metrics against another method, from kept features; metrics with clip values are compared elsewhere. */
  compare?: (
    clips: readonly ScoredClip[],
    other: { record: KinemetricRecord; clips: readonly ComparedClip[] },
    scores: readonly Score[],
  ) => Promise<Comparisons>
  close(): Promise<void>
}

/** A clip of another method's record by its decoded frames. */
export interface ComparedClip {
  clip: string
  generated: string
  reference: string
}
