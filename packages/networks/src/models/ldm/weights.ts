import type { Checkpoint, TensorReference } from '../../checkpoints/tensors/tensor-reference.ts'
import { expectTensors } from '../../checkpoints/expect-tensors.ts'
import { findTensor } from '../../checkpoints/find-tensor.ts'
import { networkError } from '../../tracklets/network-error.ts'
import type { LdmUnetConfig } from './config.ts'
import { isDeadTensor, ldmTensors } from './tensors.ts'

/** Which of a training run's two sets of weights: their moving average, which LDM's inference takes, or those of the last step. */
export type LdmWeights = 'ema' | 'raw'

/** A UNet's tensors in a Lightning checkpoint. */
export interface LdmUnetTensors {
  /** By the name in the UNet's module. */
  readonly tensor: (name: string) => TensorReference
  /** Names in the checkpoint of all that decide the result. */
  readonly names: readonly string[]
}

/**
 * What a tensor of the UNet is called in a Lightning checkpoint of LDM. The moving averages are buffers, whose names cannot have dots: ldm/modules/ema.py
 * leaves them out.
 */
export function ldmTensorName(name: string, weights: LdmWeights): string {
  const path = `diffusion_model.${name}`
  return weights === 'ema' ? `model_ema.${path.replaceAll('.', '')}` : `model.${path}`
}

/**
 * The UNet's tensors, checked for names and shapes.
 * @throws KinemetricError `wrong-tensors`; where moving averages are asked for and the file has none, with what to do
 */
export function ldmUnetTensors(checkpoint: Checkpoint, config: LdmUnetConfig, weights: LdmWeights): LdmUnetTensors {
  if (weights === 'ema' && ![...checkpoint.tensors.keys()].some((name) => name.startsWith('model_ema.')))
    throw networkError('wrong-tensors', checkpoint.path, {
      expected: 'the moving averages of the weights (model_ema.…), which inference takes',
      found: 'a checkpoint without them',
      then: `weights 'raw' takes those of the last training step, which make another model`,
    })
  const entries = Object.entries(ldmTensors(config)).map(([name, shape]) => ({
    name: ldmTensorName(name, weights),
    shape,
    dead: isDeadTensor(name),
  }))
  expectTensors(checkpoint, Object.fromEntries(entries.map(({ name, shape }) => [name, shape])), { extra: 'ignore' })
  return {
    tensor: (name) => findTensor(checkpoint, ldmTensorName(name, weights)),
    names: entries.filter(({ dead }) => !dead).map(({ name }) => name),
  }
}
