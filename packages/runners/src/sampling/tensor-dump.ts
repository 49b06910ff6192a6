import { join } from 'node:path'
import { type HostTensor, writeSafetensors } from '@kinemetric/networks'

/** What a sampler's loop went through, kept to be held against another implementation. */
export interface TensorDump {
  readonly keep: ((name: string, tensor: HostTensor) => void) | undefined
  /** Writes `<folder>/<clip>/<sample>.safetensors`, whole: float32, in the order in which they came. @throws KinemetricError `disk-full`, `write-failed` */
  readonly write: () => Promise<void>
}

/** Where a sample's tensors lie in a folder of dumps. */
export function tensorDumpPath(folder: string, clip: string, sample: number): string {
  return join(folder, clip, `${sample}.safetensors`)
}

/** @param folder undefined: nothing is kept or written */
export function tensorDump(folder: string | undefined, clip: string, sample: number): TensorDump {
  if (folder === undefined) return { keep: undefined, write: () => Promise.resolve() }
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>()
  return {
    keep: (name, { shape, data }) => {
      if (data instanceof Float32Array) tensors.set(name, { shape, data })
    },
    write: () => writeSafetensors(tensorDumpPath(folder, clip, sample), tensors),
  }
}
