import type { CropOffset } from '@kinemetric/video'
import type { z } from 'zod'
import type { FrameSource } from './frame-source.ts'

/** A clip as its dataset has it, before any protocol. */
export interface DatasetClip {
  id: string
  video: FrameSource
  /** Name of the video inside the dataset. */
  name: string
  label?: string | undefined
  /** First frame of the clip, counted in the video; the protocol's where absent. */
  window?: { start: number } | undefined
  /** Where the crop begins in the frame as resized; the protocol's crop where absent. */
  crop?: CropOffset | undefined
  /** Masks of what drives the scene, frame by frame beside the video. */
  control?: FrameSource | undefined
  /** Object masks; `offset` is the mask frame that belongs to video frame 0. */
  objects?: { object: string; mask: FrameSource; offset: number }[] | undefined
  assets?: Record<string, string> | undefined
  /** Things left out and why, for the preparation's report. */
  warnings?: string[] | undefined
}

/** A clip that the dataset should have and cannot give: a failure. */
export interface DatasetProblem {
  id: string
  problem: string
}

/** A row of the dataset that a rule leaves out: no failure, but counted in the funnel. `removedAt` is one of the adapter's stages. */
export interface DatasetRemoval {
  id: string
  removedAt: string
}

/** Something about the dataset as a whole that whoever prepares or scores it has to know. */
export interface DatasetNote {
  note: string
}

export type DatasetItem = DatasetClip | DatasetProblem | DatasetRemoval | DatasetNote

/** Reads a dataset's folder layout; knows nothing of sizes. A new dataset is one file with one of these and a line in `catalogue.ts`. */
export interface DatasetAdapter<Options = unknown> {
  id: string
  title: string
  /**
   * Its own options, every one with a `description` for the command line, where the value is called what `meta` says under `value`:
   * `z.string().meta({ value: 'file', description: '…' })`. They come from there as text.
   */
  options: z.ZodObject & z.ZodType<Options>
  /** The rules that rows may be left out by, in the order in which they are asked. */
  stages?: readonly string[]
  /**
   * The clips in their fixed order (by name as strings).
   * @throws KinemetricError `bad-dataset` where the folder is not such a dataset
   */
  clips(folder: string, options: Options): AsyncIterable<DatasetItem>
}
