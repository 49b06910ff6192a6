import type { KinemetricError } from '@kinemetric/files'
import type { FrameArray } from '@kinemetric/video'
import type { ReferenceClip } from '../references/reference-clips.ts'

/** A generated video of which one driver was taken out of the control signal. */
export interface VideoWithout {
  driver: string
  /** Decodes it: frames of the clip's shape, or why there are none. Throws what is no fault of the video (abort, no decoder). */
  read(): Promise<{ frames: FrameArray; sha256: string } | { failure: string }>
}

/** What was generated of one clip, decoded: [T, H, W, 3] contiguous. All that there is where a clip has no reference. */
export interface ClipVideo {
  reference: ReferenceClip
  /** The generated video, or folder of frames, and its frames a second where it says. */
  generatedPath: string
  generatedFps: number | undefined
  /** That the generated frames are of another size than the reference's: only for measurers that take any. */
  misfit?: KinemetricError | undefined
  generatedFrames: FrameArray
  generatedSha256: string
  /** Indices of the frames that are scored, and those frames. */
  scored: number[]
  generatedScored: FrameArray
}

/** One clip, decoded on both sides: [T, H, W, 3] contiguous, of one shape. */
export interface ClipPair extends ClipVideo {
  referenceFrames: FrameArray
  referenceSha256: string
  referenceScored: FrameArray
  /** The generated videos of the same sample without one of the drivers, for probes. */
  without: readonly VideoWithout[]
}

/** Whether a clip's generated video can be held against a reference. */
export function isPair(video: ClipVideo): video is ClipPair {
  return 'referenceFrames' in video
}
