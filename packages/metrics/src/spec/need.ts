import type { FrameArray } from '@kinemetric/video'
import type { FeatureNeed, Tracklets } from '@kinemetric/networks'
import type { ClipProbe } from '../probes/clip-probe.ts'

/** What a network of the role `distance` is asked for: its id, and what changes its number. */
export interface PairDistanceNeed {
  network: string
  settings: Readonly<Record<string, string | number | boolean>>
}

/** What a network found between the scored frames of both sides. */
export interface FrameDistances {
  /** One a frame. */
  values: Float64Array
  /** Indices of the frames. */
  scored: readonly number[]
}

/** Where a metric wants its points: on the object's mask, on a grid in the mask's bounding box, or on a grid over the frame. */
export type PointKind = 'mask' | 'box-grid' | 'grid'

/** The frames of a clip that are scored, on both sides: `[T, H, W, 3]` sRGB, 0..255, of one shape. */
export interface ScoredFrames {
  generated: FrameArray
  reference: FrameArray
}

/** The tracklets of one object of a clip on both sides, over all frames of the clip. */
export interface ObjectTracklets {
  object: string
  generated: Tracklets
  reference: Tracklets
}

/** The tracklets of a clip's objects, with what the numbers are in. */
export interface ClipTracklets {
  objects: readonly ObjectTracklets[]
  /** Of the frames, pixels. */
  size: { width: number; height: number }
  /** Indices of the frames that are scored. */
  scored: readonly number[]
}

/** What can be asked for of a clip, and what is given for it. A kind of need is served by one measurer of the evaluation. */
export interface NeedKinds {
  frames: { ask: true; given: ScoredFrames }
  distance: { ask: PairDistanceNeed; given: FrameDistances }
  /** Rows of both sides; they are kept and met again in `conclude`, so that nothing is given for a clip. */
  features: { ask: FeatureNeed; given: undefined }
  tracklets: { ask: { points: PointKind }; given: ClipTracklets }
  /** Objects of a scene of which is known what happens in it, in a clip and in its pairs without a driver. */
  probe: { ask: { points: PointKind }; given: ClipProbe }
}

export type NeedKind = keyof NeedKinds

/** What one recipe needs. */
export type Need = { [K in NeedKind]: { kind: K; ask: NeedKinds[K]['ask'] } }[NeedKind]
