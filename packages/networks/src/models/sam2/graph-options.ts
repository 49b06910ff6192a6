import type { TensorReference } from '../../checkpoints/tensors/tensor-reference.ts'

/** What all of SAM 2's graphs are built with. */
export interface GraphOptions {
  readonly tensor: (name: string) => TensorReference
  /** Not on WebGPU. */
  readonly fusedAttention: boolean
}
