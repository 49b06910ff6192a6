import type { FrameArray } from '@kinemetric/video'
import type { FeatureNeed, Tracklets } from '@kinemetric/networks'
import type { ProbeScene } from '@kinemetric/records'
import type { TrackedWindows } from '../features/tracked-windows.ts'

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

/** What was generated of a clip, and the frames of it that are scored: what a metric that needs no reference sees. */
export interface ScoredVideo {
  /** `[T, H, W, 3]` sRGB, 0..255: the scored frames alone. */
  frames: FrameArray
  /** Indices of these frames in the clip. */
  scored: readonly number[]
}

/** A network's rows of what was generated of a clip, in the order of its frames. */
export interface VideoRows {
  /** `[T, dimension]`, row-major; a row a scored frame. */
  rows: Float32Array
  dimension: number
  /** Indices of the scored frames in the clip. */
  scored: readonly number[]
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

/** What was tracked of a clip for probes. */
export interface ClipProbe {
  /** What happens in the truth. */
  scene: ProbeScene
  /** Frames a second of the clip; null where it is not known. */
  fps: number | null
  /** Objects whose points were tracked, by their id in the scene: in the generated video, and in the reference by the same tracker. */
  objects: readonly { object: string; generated: Tracklets; reference: Tracklets }[]
  /** The pairs of the scene whose video without the driver is there, and the objects tracked in it. */
  pairs: readonly {
    without: string
    /** `reference`: in the true video without the driver, where the dataset has it. */
    objects: readonly { object: string; generated: Tracklets; reference?: Tracklets | undefined }[]
  }[]
  /** Pairs that the scene has and whose video is not there, and why. */
  missingPairs: readonly { without: string; reason: string }[]
}

/** Rows of features that are made of tracklets, whichever tracker there is: `network` says so, `preprocessing` and `variant` all that decides them beside it. */
export interface TrackedRowsNeed extends FeatureNeed {
  windows: TrackedWindows
}

/** What masks of moving pixels go through before they are compared: nothing, or an encoder as published code has it. */
export type MaskCodec = 'lossless' | 'mpeg4'

/** How a metric wants a scene that was filmed several times. */
export interface TakesNeed {
  codec: MaskCodec
  /** Colours by the file's tags, or as OpenCV reads them. */
  decode: 'tagged' | 'opencv'
}

/** A generated clip, and every recording of its scene: frames `[T, H, W, 3]` sRGB of one shape, whatever size was generated. */
export interface ClipTakes {
  generated: FrameArray
  reference: FrameArray
  /** At least one. */
  takes: readonly FrameArray[]
  /** Where each of them moves: `[T · H · W]`, 1 or 0. */
  moving: { generated: Uint8Array; reference: Uint8Array; takes: readonly Uint8Array[] }
}

/** What can be asked for of a clip, and what is given for it. A kind of need is served by one measurer of the evaluation. */
export interface NeedKinds {
  frames: { ask: true; given: ScoredFrames }
  /** The generated frames alone: no reference. */
  video: { ask: true; given: ScoredVideo }
  distance: { ask: PairDistanceNeed; given: FrameDistances }
  /** Rows of both sides; they are kept and met again in `conclude`, so that nothing is given for a clip. */
  features: { ask: FeatureNeed; given: undefined }
  /** Rows that the metric makes of the tracklets of each window; kept as those are. */
  'tracked-rows': { ask: TrackedRowsNeed; given: undefined }
  /** Rows of the generated frames alone, from a network that gives a row a frame: no reference. Values of a clip are made of them at once. */
  'video-features': { ask: FeatureNeed; given: VideoRows }
  tracklets: { ask: { points: PointKind }; given: ClipTracklets }
  /** Objects of a scene of which is known what happens in it, in a clip and in its pairs without a driver. */
  probe: { ask: { points: PointKind }; given: ClipProbe }
  /** Other recordings of the scene beside the reference, and where all of them move. */
  takes: { ask: TakesNeed; given: ClipTakes }
}

export type NeedKind = keyof NeedKinds

/** What one recipe needs. */
export type Need = { [K in NeedKind]: { kind: K; ask: NeedKinds[K]['ask'] } }[NeedKind]

/** Whether a need is served by a tracker. */
export function isTracked({ kind }: Need): boolean {
  return kind === 'tracklets' || kind === 'probe' || kind === 'tracked-rows'
}

/** What a need asks for where rows of features are kept for it, which sets are concluded and compared of. */
export function rowsAsked(need: Need): FeatureNeed | undefined {
  return need.kind === 'features' || need.kind === 'tracked-rows' ? need.ask : undefined
}

/** Whether a need is of a reference too: what is not can be measured of generated videos that nothing is held against. */
export function needsReference({ kind }: Pick<Need, 'kind'>): boolean {
  return kind !== 'video' && kind !== 'video-features'
}
