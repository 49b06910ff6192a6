import type { FrameArray } from '@kinemetric/video'
import type { ReferenceClip } from './reference-clips.ts'

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
