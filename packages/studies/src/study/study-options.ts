import type { MaskDrawer, Shard } from '@kinemetric/benchmark'
import type { EvaluateHow } from '@kinemetric/evaluation'
import type { RunOptions } from '@kinemetric/runners'
import type { SiteOptions } from '@kinemetric/report'
import type { MaskChoice } from '../benchmark/benchmark-schema.ts'
import type { FoundBenchmark } from '../benchmark/find-benchmark.ts'

/** What a study is asked beyond its benchmark's file. */
export interface StudyAsk {
  readonly benchmark: FoundBenchmark
  /** Gets everything: prepared and generated clips, records, tables, the site. */
  readonly out: string
  /** Places of data by the words of the file; under the data set's own id the folder of all of it. Several of one word: its files. */
  readonly data?: Readonly<Record<string, readonly string[]>> | undefined
  /** Only these methods, optional ones too, by the ids of their records. */
  readonly methods?: readonly string[] | undefined
  readonly protocols?: readonly string[] | undefined
  /** The benchmark with what this one of its variants changes. */
  readonly variant?: string | undefined
  /** In place of the file's, of methods that have them. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined
  readonly samples?: number | undefined
  readonly seed?: number | undefined
  /** Of scenes that are made on the spot. */
  readonly clips?: number | undefined
  /** Weights of methods given by hand, by the words of their method.json. */
  readonly checkpoints?: Readonly<Record<string, string>> | undefined
  /** Take them though nothing vouches for them: all that is made with them says so. */
  readonly unverified?: boolean | undefined
  /** A checkpoint by hand of what draws masks; with `unverified`. */
  readonly maskCheckpoint?: string | undefined
  /** Checkpoints of networks that measure, by the network's id; with `unverified`. */
  readonly networkCheckpoints?: EvaluateHow['unverifiedCheckpoints']
  readonly weightFolders?: readonly string[] | undefined
  readonly provider?: 'cpu' | 'webgpu' | 'cuda' | undefined
  readonly threads?: number | undefined
  /** Folder of kept features; false: none. Default: `<out>/cache`. */
  readonly cache?: string | false | undefined
}

/** How a study is run. */
export interface StudyHow {
  readonly jobs?: number | undefined
  readonly lowMemory?: boolean | undefined
  /** A part of the clips alone, as far as it can go before all parts are there. */
  readonly shard?: Shard | undefined
  /** Go on with what is here: metrics and methods whose weights are not here are left out, and records say so. */
  readonly partial?: boolean | undefined
  readonly takeLock?: boolean | undefined
  /** Opens what draws masks of boxes, for data sets that have boxes alone. @param out folder of prepared clips */
  readonly drawMasks?:
    | ((out: string, masks: MaskChoice) => Promise<MaskDrawer & { close(): Promise<void> }>)
    | undefined
  /** What a site knows beyond records. */
  readonly site?: Pick<SiteOptions, 'metrics' | 'intervalOf' | 'thumbnails'> | undefined
  readonly machine?: RunOptions['machine']
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((event: StudyProgress) => void) | undefined
}

export type StageName = 'make' | 'prepare' | 'run' | 'score' | 'compare' | 'report'

export type StudyProgress =
  /** A stage begins with what it is of: a protocol, a method. `isDone`: what it makes is there. */
  | { kind: 'stage'; stage: StageName; of: string; isDone: boolean }
  | { kind: 'clip'; stage: StageName; of: string; done: number; total: number; clip: string; failed: number }
  | { kind: 'note'; message: string }
  | { kind: 'warning'; message: string }
