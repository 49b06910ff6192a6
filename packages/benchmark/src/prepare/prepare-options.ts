import type { ClipFailure } from '@kinemetric/records'
import type { DatasetAdapter, MaskDrawer } from '../datasets/dataset-adapter.ts'
import type { Protocol } from '../protocol/protocol.ts'
import type { FunnelStage } from '../selection/funnel.ts'

export interface PrepareOptions {
  adapter: string | DatasetAdapter
  /** The dataset's folder; empty for a dataset whose places are options. */
  dataset: string
  protocol: string | Protocol
  /** Folder that gets `manifest.jsonl`, `prepare.json` and `clips/<id>/…`. Clips that are there already and fit are kept. */
  out: string
  /** Replace a manifest of another dataset or protocol that is there. */
  overwrite?: boolean | undefined
  /** Take the folder's lock from a run on another machine of which nothing is known, without waiting until it counts as gone. */
  takeLock?: boolean | undefined
  /** The adapter's own options, see its `options`. */
  options?: Readonly<Record<string, unknown>> | undefined
  /**
   * How many processes prepare clips; with 1 it is this one. Where not given one a core, 16 at most, and no more than one for every 8 clips. Their number changes
   * no byte.
   */
  jobs?: number | undefined
  /** Folder of the user's cache, where what is found of a dataset's files may be remembered; nothing is where it is absent. */
  cache?: string | undefined
  /** Opens what draws the masks of datasets that have boxes alone; without it these are refused where masks are asked for. */
  drawMasks?: (() => Promise<MaskDrawer>) | undefined
  signal?: AbortSignal | undefined
  /** Told of work on a dataset's files before any clip is cut: how much of what, in words. */
  onReading?: ((done: number, total: number, what: string) => void) | undefined
  onProgress?: ((event: PrepareProgress) => void) | undefined
  /** Told of what is no clip's and stands in no report: a disk that may be too small. */
  onWarning?: ((message: string) => void) | undefined
}

export interface PrepareProgress {
  done: number
  total: number
  clip: string
  failure?: ClipFailure | undefined
}

export interface Preparation {
  /** Path of the manifest. */
  manifest: string
  clips: number
  /** Clips that were there from an earlier preparation. */
  kept: number
  failures: ClipFailure[]
  /** `reason`, where there is one, is a word that programs can test. */
  warnings: { clip: string; reason?: string | undefined; message: string }[]
  /** What was passed over in the dataset as a whole, in words. */
  notes: string[]
  /** Clips by the kind and source of their control signal: `mask`, `box boxes`, `none`. */
  controls?: Record<string, number> | undefined
  /** What the dataset says of itself as a whole, by name: fields of prepare.json. */
  facts?: Record<string, unknown> | undefined
  /** How the dataset's rows became these clips, where rules leave some out. */
  funnel?: FunnelStage[] | undefined
  /** Every row that a rule left out, with the stage that did. */
  removed?: Record<string, string> | undefined
}
