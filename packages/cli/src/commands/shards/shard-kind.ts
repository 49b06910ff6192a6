import type { ShardState } from '@kinemetric/benchmark'

/** A kind of shards: which commands write them, what their files say, and what merges them and tells their state. */
export interface ShardKind {
  /** Commands whose `--shard` writes them. */
  readonly commands: readonly string[]
  /** What stands in their files. */
  readonly schema: string
  /** Where the answers to `--json` have them. */
  readonly field: string
  readonly load: () => Promise<{ readonly kind: LoadedShardKind }>
}

export interface LoadedShardKind {
  /** What is done of the shards of this kind in some folders; changes nothing. @throws KinemetricError `bad-shards` */
  status(folders: readonly string[]): Promise<ShardSet[]>
  /**
   * Looks at all shards of this kind and writes nothing yet: shards of several kinds are merged all or not at all.
   * @throws KinemetricError `bad-shards` for what keeps them from being one; `bad-option`
   */
  planMerge(ask: MergeAsk): Promise<() => Promise<Merged>>
  /** Whether a command can use several processes (`--jobs`); absent where it always can. @param words of the command line, the command's name first */
  takesJobs?(words: readonly string[]): Promise<boolean>
}

/** What `merge` is asked. */
export interface MergeAsk {
  readonly folders: readonly string[]
  /** The folder that was asked for, or the only one of the shards. */
  readonly out: string
  readonly overwrite: boolean | undefined
  readonly takeLock: boolean | undefined
  readonly onWarning: (message: string) => void
  /** For kinds whose files take long: how much of what, in words. */
  readonly onProgress: (done: number, total: number, what: string) => void
}

/** What became of the shards of one kind. */
export interface Merged {
  /** As `--json` has it, one for each thing that was made. */
  readonly json: readonly unknown[]
  /** Some clips could not be done. */
  readonly someFailed: boolean
  /** Prints it for people. */
  say(): void
}

/** All shards of one thing. */
export interface ShardSet {
  /** What it is, for people. */
  readonly title: string
  /** What is done with its clips: `measured`. */
  readonly done: string
  /** What `merge` makes of it: `its record`. */
  readonly result: string
  readonly shards: readonly ShardState[]
  /** Whether `merge` made it already. */
  readonly concluded: boolean
  /** Where not all are done and all of another number are: that number, for which `merge` passes these over. */
  readonly passedOverFor?: number | undefined
  /** What `--json` says besides its shards. */
  readonly json: Readonly<Record<string, unknown>>
}
