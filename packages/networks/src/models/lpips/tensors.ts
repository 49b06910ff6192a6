import { expectTensors } from '../../checkpoints/expect-tensors.ts'
import { findTensor } from '../../checkpoints/find-tensor.ts'
import type { Checkpoint, TensorReference } from '../../checkpoints/tensors/tensor-reference.ts'
import { lpipsBackbones, type LpipsNet, lpipsTapChannels } from './layers.ts'

/** The files of one net: torchvision's checkpoint (or its `features` alone) and LPIPS's linear heads, of the version that is opened. */
export interface LpipsWeights {
  readonly backbone: Checkpoint
  readonly heads: Checkpoint
}

/** Names and shapes of the tensors that a backbone takes from torchvision's checkpoint. */
export function lpipsBackboneTensors(net: LpipsNet): Record<string, readonly number[]> {
  const tensors: Record<string, readonly number[]> = {}
  const declare = (prefix: string, output: number, input: number, size: number): void => {
    tensors[`${prefix}.weight`] = [output, input, size, size]
    tensors[`${prefix}.bias`] = [output]
  }
  for (const layer of lpipsBackbones[net]) {
    if (layer.kind === 'convolution') declare(`features.${layer.index}`, ...layer.shape)
    if (layer.kind === 'fire') {
      declare(`features.${layer.index}.squeeze`, layer.squeeze, layer.input, 1)
      declare(`features.${layer.index}.expand1x1`, layer.expand, layer.squeeze, 1)
      declare(`features.${layer.index}.expand3x3`, layer.expand, layer.squeeze, 3)
    }
  }
  return tensors
}

/** Names and shapes of LPIPS's linear heads of a net. */
export function lpipsHeadTensors(net: LpipsNet): Record<string, readonly number[]> {
  return Object.fromEntries(
    lpipsTapChannels[net].map((channels, tap) => [`lin${tap}.model.1.weight`, [1, channels, 1, 1]]),
  )
}

/** Looks tensors up in both checkpoints. @throws KinemetricError `wrong-tensors` where one is none of this net's */
export function lpipsTensors(net: LpipsNet, { backbone, heads }: LpipsWeights): (name: string) => TensorReference {
  // torchvision's files also hold the classifier, LPIPS's may hold aliases of the heads.
  expectTensors(backbone, lpipsBackboneTensors(net), { extra: (name) => name.startsWith('classifier.') })
  expectTensors(heads, lpipsHeadTensors(net), { extra: (name) => name.startsWith('lins.') })
  return (name) => findTensor(name.startsWith('lin') ? heads : backbone, name)
}
