import type { Concluding } from '@kinemetric/metrics'
import type { MethodAsk } from './clips/described-method.ts'
import type { GivenFiles } from './measure/given/given-features.ts'
import type { ReferenceSource } from './references/reference-clips.ts'
import type { KinemetricRecord, RecordFailure, RunSidecar } from '@kinemetric/records'
import type { Protocol, Shard } from '@kinemetric/benchmark'

/** What is asked of an evaluation, whatever number of methods it is of. */
export interface EvaluateHow {
  /** Absent: there are none. Then only metrics that need none can be measured, and the clips are those that were generated. */
  reference?: ReferenceSource | undefined
  /** Results folder: the record goes to `<out>/<protocol>/<method>.json`. */
  out: string
  /** For a folder of references (default `as-is`); a manifest names its own, and another one given here is refused. */
  protocol?: string | Protocol | undefined
  /**
   * `default`: what the protocol scores without being asked. `all`: every metric of the protocol whose weights are there, a warning in the record for
   * each of the others. A list (`fvd`, or with a recipe `fvd:stylegan-v`): exactly these, and missing weights end the run.
   */
  metrics?: 'default' | 'all' | readonly string[] | undefined
  /** Settings of recipes, `<metric>.<setting>=<value>` (`psnr.crop=4`): each for every recipe of that metric which has it. They stand in the recipe's name. */
  settings?: readonly string[] | undefined
  /** Rows of encoders of one's own, of one method's clips: metrics that take any features are then of these. Without a list of metrics `fd` and `kd` join. */
  features?: readonly GivenFiles[] | undefined
  /** Ids of the clips that are scored, which the record then says; all of the references, or of what was generated, where not given. */
  clips?: readonly string[] | undefined
  /** The one sample of each clip that is scored, by its number; all of them where not given, and a clip's value is the mean over its samples. */
  sample?: number | undefined
  /**
   * Measure each clip also against the references of that many other clips, 5 being usual: what unrelated videos get by each metric. 0 where not given, for
   * it takes as many passes more; motion fidelity has its level from the clips' own tracks whatever stands here.
   */
  unrelated?: number | undefined
  /** A network of the role `tracklets`; `auto`: CoTracker3 offline where its weights are, Lucas-Kanade otherwise. */
  tracker?: string | undefined
  provider?: 'cpu' | 'webgpu' | 'cuda' | undefined
  /**
   * How many processes measure, each with networks of one thread. Not given: as many as there are cores and memory for, where there are clips enough to be
   * worth it; otherwise this process, with networks of `threads`. The record is the same for any number.
   */
  jobs?: number | undefined
  /** Threads of the networks in each process; one with `jobs`, otherwise the machine's cores, where not given. */
  threads?: number | undefined
  /** Where weights are looked for; KINEMETRIC_WEIGHTS and the user's cache where not given. */
  weightFolders?: readonly string[] | undefined
  /** Checkpoint files of one's own by the network's id, in place of the catalogue's verified ones; the record says that nothing vouches for them. */
  unverifiedCheckpoints?: Readonly<Record<string, string>> | undefined
  /** Folder of cached features and tracks (default: KINEMETRIC_CACHE, or the user's cache folder); false works without. */
  cache?: string | false | undefined
  /** Writes small videos for the site under `<out>/<protocol>/media/`: only where the clips' licences allow it. */
  previews?: boolean | undefined
  /** How intervals of means are made: `hall-t` (default), or a bootstrap over clips, which reproduces older records. The method stands in the interval. */
  interval?: Concluding['interval']
  /** Replace an existing record. */
  overwrite?: boolean | undefined
  /** Start anew where the folder holds the unfinished run of other inputs, instead of ending with `other-inputs`. */
  restart?: boolean | undefined
  /** Take the folder's lock from a run on another machine of which nothing is known, without waiting until it counts as gone. */
  takeLock?: boolean | undefined
  /** Ends after the clip at work with KinemetricError `aborted`; what was scored is kept and the next run goes on from there. */
  signal?: AbortSignal | undefined
  onProgress?: ((event: EvaluateProgress) => void) | undefined
}

/** Videos of one method. */
export interface GeneratedBy {
  /**
   * Folder of generated clips: `<clip>.<ext>`, `<clip>/` with frame images, or the run contract's `<clip>/s<k>/frame_0000.png` + `item.json`. Several samples
   * of a clip: `<clip>@<seed>.<ext>`, `<clip>/<seed>.<ext>`, or folders of frames of such names.
   */
  generated: string
  /** Overrides what the generated folder's `run.json` says; the id is otherwise that of `run.json`, or the folder's name. */
  method?: MethodAsk | undefined
}

export interface EvaluateOptions extends EvaluateHow, GeneratedBy {}

export interface EvaluateMethodsOptions extends EvaluateHow {
  /** At least one; ids differ. */
  methods: readonly GeneratedBy[]
}

/** What an evaluation is opened with. A shard is for `measureShard` alone: a record is of all clips. */
export interface OpeningOptions extends EvaluateMethodsOptions {
  shard?: Shard | undefined
}

export type EvaluateProgress =
  | { kind: 'start'; total: number; resumed: number; metrics: string[] }
  /** About how much will be written at most, where that is known, before `start`. */
  | { kind: 'disk'; bytes: number }
  | { kind: 'clip'; done: number; total: number; clip: string; failure?: RecordFailure | undefined }
  | { kind: 'stage'; stage: string }
  | { kind: 'warning'; message: string }

export interface Evaluation {
  record: KinemetricRecord
  /** What may differ between runs: times, cache counters by side (`run.cache.reference.networkRuns`), memory. Also in `paths.run`. */
  run: RunSidecar
  paths: { folder: string; record: string; table: string; run: string; hashes: string }
}
