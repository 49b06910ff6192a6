import { expectTensors } from '../../checkpoints/expect-tensors.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import type { UnitNames } from '../../layers/unit-names.ts'
import { inceptionUnits } from './layers.ts'

/** Whose names a checkpoint of the 2015 Inception uses. */
export type InceptionNaming = 'pytorch-fid' | 'nvidia-torchscript'

// pytorch-fid's block and branch → NVIDIA's. NVIDIA's archive keeps TensorFlow's names; its last two blocks are flat.
const blocks: Readonly<Record<string, string>> = {
  Conv2d_1a_3x3: 'layers.conv',
  Conv2d_2a_3x3: 'layers.conv_1',
  Conv2d_2b_3x3: 'layers.conv_2',
  Conv2d_3b_1x1: 'layers.conv_3',
  Conv2d_4a_3x3: 'layers.conv_4',
  Mixed_5b: 'layers.mixed',
  Mixed_5c: 'layers.mixed_1',
  Mixed_5d: 'layers.mixed_2',
  Mixed_6a: 'layers.mixed_3',
  Mixed_6b: 'layers.mixed_4',
  Mixed_6c: 'layers.mixed_5',
  Mixed_6d: 'layers.mixed_6',
  Mixed_6e: 'layers.mixed_7',
  Mixed_7a: 'layers.mixed_8',
  Mixed_7b: 'layers.mixed_9',
  Mixed_7c: 'layers.mixed_10',
}

const branches: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // Mixed_5b, 5c, 5d
  5: {
    branch1x1: 'conv',
    branch5x5_1: 'tower.conv',
    branch5x5_2: 'tower.conv_1',
    branch3x3dbl_1: 'tower_1.conv',
    branch3x3dbl_2: 'tower_1.conv_1',
    branch3x3dbl_3: 'tower_1.conv_2',
    branch_pool: 'tower_2.conv',
  },
  '6a': {
    branch3x3: 'conv',
    branch3x3dbl_1: 'tower.conv',
    branch3x3dbl_2: 'tower.conv_1',
    branch3x3dbl_3: 'tower.conv_2',
  },
  // Mixed_6b … 6e
  6: {
    branch1x1: 'conv',
    branch7x7_1: 'tower.conv',
    branch7x7_2: 'tower.conv_1',
    branch7x7_3: 'tower.conv_2',
    branch7x7dbl_1: 'tower_1.conv',
    branch7x7dbl_2: 'tower_1.conv_1',
    branch7x7dbl_3: 'tower_1.conv_2',
    branch7x7dbl_4: 'tower_1.conv_3',
    branch7x7dbl_5: 'tower_1.conv_4',
    branch_pool: 'tower_2.conv',
  },
  '7a': {
    branch3x3_1: 'tower.conv',
    branch3x3_2: 'tower.conv_1',
    branch7x7x3_1: 'tower_1.conv',
    branch7x7x3_2: 'tower_1.conv_1',
    branch7x7x3_3: 'tower_1.conv_2',
    branch7x7x3_4: 'tower_1.conv_3',
  },
  // Mixed_7b, 7c
  7: {
    branch1x1: 'conv',
    branch3x3_1: 'tower_conv',
    branch3x3_2a: 'tower_mixed_conv',
    branch3x3_2b: 'tower_mixed_conv_1',
    branch3x3dbl_1: 'tower_1_conv',
    branch3x3dbl_2: 'tower_1_conv_1',
    branch3x3dbl_3a: 'tower_1_mixed_conv',
    branch3x3dbl_3b: 'tower_1_mixed_conv_1',
    branch_pool: 'tower_2_conv',
  },
}

/** A tensor that only one naming has, by which it is told from the other. */
const marks: Readonly<Record<InceptionNaming, string>> = {
  'pytorch-fid': 'Conv2d_1a_3x3.conv.weight',
  'nvidia-torchscript': 'layers.conv.weight',
}

/** Tensors that a feature extractor does not need: the classifier, counters. */
const extras: Readonly<Record<InceptionNaming, RegExp>> = {
  'pytorch-fid': /^fc\.|\.num_batches_tracked$|^AuxLogits\./,
  // Whatever else the archive keeps beside its layers (`output.*` is the classifier).
  'nvidia-torchscript': /^(?!layers\.)/,
}

/** The tensors of a unit (named as in pytorch-fid) under a naming. */
export function inceptionUnitNames(unit: string, naming: InceptionNaming): UnitNames {
  if (naming === 'pytorch-fid') {
    return {
      kernel: `${unit}.conv.weight`,
      scale: `${unit}.bn.weight`,
      shift: `${unit}.bn.bias`,
      mean: `${unit}.bn.running_mean`,
      variance: `${unit}.bn.running_var`,
    }
  }
  const [block, branch] = unit.split('.')
  const kind = block.slice('Mixed_'.length)
  const prefix =
    branch === undefined ? blocks[block] : `${blocks[block]}.${(branches[kind] ?? branches[kind[0]])[branch]}`
  return {
    kernel: `${prefix}.weight`,
    scale: undefined,
    shift: `${prefix}.beta`,
    mean: `${prefix}.mean`,
    variance: `${prefix}.var`,
  }
}

/** Every tensor that the network needs under a naming, with its shape. */
export function inceptionTensors(naming: InceptionNaming): Record<string, readonly number[]> {
  const tensors: Record<string, readonly number[]> = {}
  for (const [name, unit] of inceptionUnits()) {
    const { kernel, scale, shift, mean, variance } = inceptionUnitNames(name, naming)
    tensors[kernel] = [unit.output, unit.input, ...unit.kernel]
    for (const vector of [scale, shift, mean, variance]) if (vector !== undefined) tensors[vector] = [unit.output]
  }
  return tensors
}

/** Whose names the checkpoint uses. @throws KinemetricError `wrong-tensors` where it is not this network under any of them. */
export function inceptionNaming(checkpoint: Checkpoint): InceptionNaming {
  const naming: InceptionNaming = checkpoint.tensors.has(marks['nvidia-torchscript'])
    ? 'nvidia-torchscript'
    : 'pytorch-fid'
  expectTensors(checkpoint, inceptionTensors(naming), { extra: (name) => extras[naming].test(name) })
  return naming
}
