import type { FrameArray } from '@kinemetric/video'
import type { ReferenceClip } from '../references/reference-clips.ts'

/** A generated video of which one driver was taken out of the control signal. */
export interface VideoWithout {
  driver: string
  /** Decodes it: frames of the clip's shape, or why there are none. Throws what is no fault of the video (abort, no decoder). */
  read(): Promise<{ frames: FrameArray; sha256: string } | { failure: string }>
}

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
  /** The generated videos of the same sample without one of the drivers, for probes. */
  without: readonly VideoWithout[]
}
