import type { Manifest, ManifestClip } from '@kinemetric/benchmark'
import type { WeightUse } from '@kinemetric/networks'
import type { Device, GeneratorOptions, Settings } from '../generator/generator.ts'
import type { Method } from '../methods/find-method.ts'

/** Clips to be made by a method, which can do all of them. */
export interface Execution {
  readonly method: Method
  readonly manifest: Manifest
  readonly clips: readonly ManifestClip[]
  readonly out: string
  readonly settings: Settings
  readonly device: Device
  readonly dtype: GeneratorOptions['dtype']
  readonly searchPath: GeneratorOptions['searchPath']
  readonly timeoutMs: number | undefined
  readonly signal: AbortSignal | undefined
  /** A step of a clip, where the method has steps. */
  readonly onStep: (clip: string, done: number, total: number) => void
  /** A clip is done, or has failed. */
  readonly onClip: (clip: string) => void
}

export interface ExecutionResult {
  /** In the clips' order. */
  failures: { clip: string; message: string }[]
  weights: readonly WeightUse[]
}
