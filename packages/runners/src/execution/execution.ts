import type { Manifest, Shard } from '@kinemetric/benchmark'
import type { WeightUse } from '@kinemetric/networks'
import type { Device, GeneratorOptions, Settings } from '../generator/generator.ts'
import type { RunClip } from '../generator/with-pairs.ts'
import type { Method } from '../methods/find-method.ts'

/** A sample of a clip that is to be made. Its number is its seed. */
export interface WantedSample {
  readonly clip: RunClip
  readonly sample: number
}

/** How a native method runs, besides its settings and its device. */
export interface NativeOptions extends Pick<
  GeneratorOptions,
  'checkpoints' | 'unverified' | 'noise' | 'dump' | 'threads' | 'lowMemory'
> {
  /** A small video beside the frames of each sample, for looking at: `preview.mp4`. */
  readonly preview: boolean
}

/** Samples to be made by a method, which can do all of them. */
export interface Execution {
  readonly method: Method
  readonly manifest: Manifest
  readonly samples: readonly WantedSample[]
  readonly out: string
  readonly settings: Settings
  readonly device: Device
  readonly native: NativeOptions
  /** Processes that make samples; more than one of methods without networks alone. */
  readonly jobs: number
  /** Whose samples these are, where they are not those of a run of all clips: what is written for this run alone is called by it. */
  readonly shard: Shard | undefined
  readonly searchPath: GeneratorOptions['searchPath']
  readonly timeoutMs: number | undefined
  readonly signal: AbortSignal | undefined
  /** The networks are open: with which weights. */
  readonly onWeights: (weights: readonly WeightUse[]) => Promise<void>
  /** A step of a clip, where the method has steps. */
  readonly onStep: (clip: string, done: number, total: number) => void
  /** A sample of a clip is done, or has failed. */
  readonly onClip: (clip: string, failed: boolean) => void
}

/** Why a sample was not made; `sample` stands only where there are several of a clip. */
export interface FailedSample {
  clip: string
  sample?: number | undefined
  message: string
}

export interface ExecutionResult {
  /** In the samples' order. */
  failures: FailedSample[]
}
