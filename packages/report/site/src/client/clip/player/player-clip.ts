import type { VideoFacts } from '../../../../../src/media/video-facts.ts'
import type { TracksModel } from '../../../../../src/site-model/site-model.ts'

/** One side of a clip: the reference, the control signal, or what a method made. */
export interface PlayerSide {
  /** `reference`, `control`, or the method's id: what addresses call it. */
  key: string
  name: string
  /** Number of its colour, dash and marker; 0 for what is no method's. */
  series: number
  trivial: boolean
  /** Null where none is published. */
  video: { address: string; facts: VideoFacts | null } | null
  /** What there is to say where it has no video; '' else. */
  why: string
  hasTracks: boolean
}

/** A metric's values by frame. */
export interface PlayerCurve {
  /** Of the metric, as addresses call it. */
  key: string
  label: string
  unit: string
  better: 'higher' | 'lower'
  decimals: number
  /** By side: values by frame, NaN where a frame has none. */
  bySide: ReadonlyMap<string, ArrayLike<number>>
  /** By side: the clip's own value, NaN for none. */
  ofClip: ReadonlyMap<string, number>
}

/** All that a player needs to know of a clip. */
export interface PlayerClip {
  id: string
  frames: number
  /** Frames that no metric scored. */
  excluded: readonly number[]
  /** [height, width], null where it is not known: then of the first video. */
  size: readonly [number, number] | null
  /** Reference first, then the control, then the methods. */
  sides: readonly PlayerSide[]
  curves: readonly PlayerCurve[]
  /** Tracks by side. */
  loadTracks(): Promise<ReadonlyMap<string, TracksModel>>
}

/** Frames a second of the clip: of its first video that says. */
export function clipRate(clip: PlayerClip): number {
  for (const { video } of clip.sides) {
    const times = video?.facts?.times
    if (times === undefined) continue
    if ('fps' in times) return times.fps
    if (times.starts.length > 1) return (times.starts.length - 1) / times.starts[times.starts.length - 1]
  }
  return 7
}
