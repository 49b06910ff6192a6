import type { HostTensor } from '@kinemetric/networks'
import type { Noise } from '../noise/noise.ts'

/** What a sampler's loop is given besides its inputs. */
export interface SamplerRun {
  readonly noise: Noise
  readonly signal: AbortSignal
  readonly onStep: (done: number, total: number) => void
  /** Gets what there is to say of how the frames came about, for the record of the sample. */
  readonly note: (sentence: string) => void
  /** Gets every tensor that a dump holds, under its name there; undefined where there is none, and frames need no more than 8 bits. */
  readonly keep: ((name: string, tensor: HostTensor) => void) | undefined
}
