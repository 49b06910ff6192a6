import type { WeightUse } from '@kinemetric/networks'
import type { MethodSpec } from '@kinemetric/records'
import type { Frames } from '@kinemetric/video'
import type { Condition } from './condition.ts'

/** Where a method runs, by the names that method.json has for it. */
export type Device = MethodSpec['capabilities']['devices'][number]

/** A method's settings by name: the defaults of method.json with what was asked for. */
export type Settings = MethodSpec['defaults']

export interface GenerateAsk {
  readonly seed: number
  /** Which sample of the clip, from 0. */
  readonly sample: number
  readonly signal: AbortSignal
  readonly onStep?: ((done: number, total: number) => void) | undefined
}

/** One generated clip. */
export interface Generation {
  /** uint8 [T, H, W, 3] of the condition's number of frames and size. */
  readonly frames: Frames
  /** For each frame whether it was given and not generated. */
  readonly isInput: readonly boolean[]
  /** The noise that was drawn, where any was: how, the sha256 of its numbers, and that of the file where it was given. */
  readonly noise: { readonly algorithm: string; readonly sha256: string; readonly file?: string } | null
  readonly notes: readonly string[]
}

/** Code that turns a condition into a sample. */
export interface Generator<Given = Condition> {
  /** How many conditions it takes at a time; the runner asks, never assumes. */
  readonly concurrent: number
  readonly weights: readonly WeightUse[]
  /** @throws KinemetricError of kind `unfit` where the clip lacks what it needs: that clip's failure */
  generate(condition: Given, ask: GenerateAsk): Promise<Generation>
  close(): Promise<void>
}

export interface GeneratorOptions {
  readonly device: Device
  readonly settings: Settings
  /** Files and folders of one's own in place of the catalogue's, by the words that method.json has for them. */
  readonly checkpoints: Readonly<Record<string, string>>
  /** Take them though nothing vouches for their content. */
  readonly unverified: boolean
  /** A folder with noise to take in place of what would be drawn, `<clip>/<sample>.safetensors`; a pair has its clip's. */
  readonly noise: string | undefined
  /** A folder that gets what a sampler went through, `<clip>/<sample>.safetensors`. */
  readonly dump: string | undefined
  /** Inside one operator of a network; undefined: one a core. */
  readonly threads: number | undefined
  /** Rather slower than with all networks in memory at once. */
  readonly lowMemory: boolean
  /** Folders that may hold weights; undefined: the usual ones. */
  readonly searchPath: readonly string[] | undefined
  readonly signal: AbortSignal
}

/**
 * Opens a generator.
 * @param spec method.json, whose capabilities were held against the manifest before
 * @throws KinemetricError `bad-option` for a setting that it cannot use; of kind `missing` where weights are not here
 */
export type OpenGenerator<Given = Condition> = (
  spec: MethodSpec,
  options: GeneratorOptions,
) => Promise<Generator<Given>>
