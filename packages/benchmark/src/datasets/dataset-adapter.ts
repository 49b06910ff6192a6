import type { ProbeScene } from '@kinemetric/records'
import type { CropOffset } from '@kinemetric/video'
import type { z } from 'zod'
import type { ControlType, MaskCodec } from '../manifest/manifest-clip.ts'
import type { Protocol } from '../protocol/protocol.ts'
import type { Shard } from '../shards/shard.ts'
import type { Removal } from '../selection/funnel.ts'
import type { FrameSource } from './frame-source.ts'

/** A clip as its dataset has it, before any protocol. */
export interface DatasetClip {
  id: string
  /** What generated clips are held against; absent in a prompt, which has an `image` instead. */
  video?: FrameSource | undefined
  /** The image that a method is given, where it is not the clip's first frame. */
  image?: FrameSource | undefined
  /** Name of the video inside the dataset. */
  name: string
  /** What methods that take a text are given; the label where absent. */
  text?: string | undefined
  label?: string | undefined
  template?: string | undefined
  /** The label's class. */
  class?: string | undefined
  /** First frame of the clip, counted in the video, and every how many frames follow; the protocol's where absent. */
  window?: { start: number; stride?: number | undefined } | undefined
  /** How many frames the whole video has, where one of another length is broken. */
  frames?: number | undefined
  /** Where the crop begins in the frame as resized; the protocol's crop where absent. */
  crop?: CropOffset | undefined
  /** What drives the scene, of the video's size. */
  control?: FrameSource | undefined
  /** What the control shows; `mask` where absent. */
  controlType?: ControlType | undefined
  /** Where it comes from, in words without a path: `boxes`, `sam2.1-large/box-per-frame`. */
  controlSource?: string | undefined
  /** Which frames it has: one a frame of the `video` (the default), or one a frame of the clip's `window`. */
  controlFrames?: 'video' | 'window' | undefined
  /**
   * For probes: the clip with one driver taken out of its control signal, which is otherwise as `control` is. `without` is the driver's id in `scene`; `video` is
   * what really happens without it, of the clip's length and size, where that is known.
   */
  pairs?: { without: string; control: FrameSource; video?: FrameSource | undefined }[] | undefined
  /** What was recorded again of the same scene, of the video's length and size: how far reality differs from itself. */
  takes?: FrameSource[] | undefined
  /** Where the video and each of its takes move, white on black, a frame for each of theirs; by what the masks went through. */
  movingPixels?: { codec: MaskCodec; masks: FrameSource[] }[] | undefined
  /**
   * Object masks. `offset` is the mask frame that belongs to video frame 0: 0 where masks are numbered as the video's frames are. `window`: its frame 0 belongs to
   * the window's first frame.
   */
  objects?: DatasetObject[] | undefined
  assets?: Record<string, string> | undefined
  /** What happens in the clip, for probes: becomes the asset `probe-scene.json`. */
  scene?: ProbeScene | undefined
  /** Things left out and why, for the preparation's report. */
  warnings?: string[] | undefined
}

/** An object of a clip, and its masks. */
export interface DatasetObject {
  object: string
  mask: FrameSource
  offset: number | 'window'
  source?: string | undefined
  /** The masks are of every frame of the clip and not of its first alone. */
  everyFrame?: boolean | undefined
}

/** A clip that the dataset should have and cannot give: a failure. */
export interface DatasetProblem {
  id: string
  problem: string
}

/** A row of the dataset that one of the adapter's stages leaves out. */
export type DatasetRemoval = Removal

/** Something about the dataset as a whole that whoever prepares or scores it has to know. */
export interface DatasetNote {
  note: string
}

/** Something odd about one row, kept or not, that keeps nothing from being used. `reason` is a word that programs can test. */
export interface DatasetWarning {
  id: string
  reason: string
  warning: string
}

/**
 * What belongs into `prepare.json` besides, by the names of its fields there, as JSON: what the rules found out of each row, counts of a paper. A field that
 * `prepare.json` has by itself is the adapter's mistake.
 */
export interface DatasetFacts {
  facts: Readonly<Record<string, unknown>>
}

/** A row of another shard, at its place among the rows: nothing was looked at but its id. */
export interface DatasetElsewhere {
  elsewhere: string
}

export type DatasetItem =
  | DatasetClip
  | DatasetProblem
  | DatasetRemoval
  | DatasetNote
  | DatasetWarning
  | DatasetFacts
  | DatasetElsewhere

/** Boxes by which objects are pointed at: frames counted from 0, pixels of the video's frame. */
export type MaskPrompts = readonly {
  object: string
  frame: number
  box: readonly [x1: number, y1: number, x2: number, y2: number]
}[]

/** What draws masks of a clip's objects. */
export interface MaskDrawer {
  /** Network and way, in words that stand in manifests: `sam2.1-large/box-per-frame`. */
  source: string
  /** All that is chosen of the masks, by the names of its options: stands beside the dataset's own in `prepare.json`. */
  options?: Readonly<Record<string, unknown>> | undefined
  /**
   * Draws masks of a video's objects, or finds that they are there. A folder for each object holds `frame_0000.png`, …, for every frame.
   * @returns the folder that holds them
   * @throws KinemetricError of kind `unfit` for what is wrong with this video
   */
  draw(of: { clip: string; video: string; prompts: MaskPrompts }, signal: AbortSignal | undefined): Promise<string>
}

/** What a dataset is read for, for those that select: their rules need a size. */
export interface DatasetContext {
  protocol: Protocol
  /** No clip is going to be cut: what would be kept is asked. */
  plan: boolean
  /** Folder of the user's cache, where what is found of files may be remembered; undefined remembers nothing. */
  cache?: string | undefined
  /** Opens what draws masks, for datasets that are asked for them; absent where nothing does. */
  drawMasks?: (() => Promise<MaskDrawer>) | undefined
  /**
   * The clips of this shard alone are wanted. An adapter that gives all of them does no harm: those of others are passed over. One whose rows cost something to
   * look at gives `elsewhere` for them (`isOwnClip`), each in its place.
   */
  shard?: Shard | undefined
  /** How many processes may work at once; as many as there are cores where absent. */
  jobs?: number | undefined
  signal?: AbortSignal | undefined
  /** Told of work on files before any clip is cut: how much of what, in words. */
  onProgress?: ((done: number, total: number, what: string) => void) | undefined
}

/** Reads a dataset's folder layout; knows nothing of sizes. A new dataset is one file with one of these and a line in `catalogue.ts`. */
export interface DatasetAdapter<Options = unknown> {
  id: string
  title: string
  /**
   * Its own options, every one with a `description` for the command line, where the value is called what `meta` says under `value`:
   * `z.string().meta({ value: 'file', description: '…' })`. They come from there as text; with `list: true` as an array, for the option may be given several
   * times, and with `flag: true` as `true`, without a value. A value that is called `file` or `folder` is a place, and no part of what is recorded.
   */
  options: z.ZodObject & z.ZodType<Options>
  /** Its places are options: it has no folder of its own, and `clips` is given an empty one. */
  withoutFolder?: boolean
  /** The protocol that goes with these options, where none is asked for. Absent: one has to be. */
  protocolFor?(options: Options): string
  /** The rules that rows may be left out by, in the order in which they are asked. */
  stages?: readonly string[]
  /** Those of them that are asked with these options; all where absent. */
  stagesFor?(options: Options): readonly string[]
  /** Its warnings stand in the order of their reasons, and of one reason in that of their ids; else they stand as they come. */
  warningsByReason?: true
  /**
   * Of facts that are of single rows, by their names: what they are of all rows, of what each shard of one dataset says of its own. Of all other facts every
   * shard says the same. @throws what its schemas throw for facts of another form; KinemetricError `bad-shards` for facts of several datasets
   */
  joinFacts?: Readonly<Record<string, (parts: readonly unknown[]) => unknown>>
  /**
   * The clips in their fixed order (by name as strings).
   * @throws KinemetricError `bad-dataset` where the folder is not such a dataset
   */
  clips(folder: string, options: Options, context: DatasetContext): AsyncIterable<DatasetItem>
}
