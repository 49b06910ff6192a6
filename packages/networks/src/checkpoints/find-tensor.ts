import { networkError } from '../tracklets/network-error.ts'
import type { Checkpoint, TensorReference } from './tensors/tensor-reference.ts'

/** A tensor of a checkpoint. @throws KinemetricError `wrong-tensors` where it has none of that name */
export function findTensor(checkpoint: Checkpoint, name: string): TensorReference {
  const tensor = checkpoint.tensors.get(name)
  if (tensor === undefined) throw networkError('wrong-tensors', checkpoint.path, `no tensor "${name}"`)
  return tensor
}
