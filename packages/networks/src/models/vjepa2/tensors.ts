import { expectTensors } from '../../checkpoints/expect-tensors.ts'
import { findTensor } from '../../checkpoints/find-tensor.ts'
import type { Checkpoint, TensorReference } from '../../checkpoints/tensors/tensor-reference.ts'
import { type BlockNames, clipBlockNames, timmBlockNames } from '../../layers/transformer-block.ts'
import { networkError } from '../../tracklets/network-error.ts'
import { type PoolerNames, repositoryPoolerNames } from '../jepa/attentive-pooler.ts'
import { affine, countOf, prefixIn } from '../jepa/names.ts'
import { jepaOf, jepaTitles } from '../jepa/recognise-jepa.ts'
import { blockTensors } from '../vjepa/tensors.ts'

type Shapes = Record<string, readonly number[]>

/** What encoder and pooler call their parts. */
export interface Vjepa2Names {
  readonly patches: string
  /** Of the encoder's blocks, before their number. */
  readonly blocks: string
  readonly block: BlockNames
  readonly norm: string
  /** Of the pooler's blocks, before their number. */
  readonly poolerBlocks: string
  readonly poolerBlock: BlockNames
  readonly pooler: PoolerNames
  /** Of the pooler's layer norms: transformers and the repository differ, by 2e-5 in a row. */
  readonly poolerEpsilon: number
}

/** A file of transformers: encoder, pooler and classifier in one. */
export const huggingFaceNames: Vjepa2Names = {
  patches: 'embeddings.patch_embeddings.proj',
  blocks: 'layer.',
  block: {
    norm1: 'norm1',
    qkv: ['attention.query', 'attention.key', 'attention.value'],
    out: 'attention.proj',
    norm2: 'norm2',
    fc1: 'mlp.fc1',
    fc2: 'mlp.fc2',
  },
  norm: 'layernorm',
  poolerBlocks: 'self_attention_layers.',
  poolerBlock: clipBlockNames,
  pooler: {
    query: 'query_tokens',
    norm1: 'cross_attention_layer.layer_norm1',
    q: 'cross_attention_layer.cross_attn.q_proj',
    kv: ['cross_attention_layer.cross_attn.k_proj', 'cross_attention_layer.cross_attn.v_proj'],
    norm2: 'cross_attention_layer.layer_norm2',
    fc1: 'cross_attention_layer.mlp.fc1',
    fc2: 'cross_attention_layer.mlp.fc2',
  },
  poolerEpsilon: 1e-6,
}

/** The files of the repository: the encoder in one, the probe in another. */
export const repositoryNames: Vjepa2Names = {
  patches: 'patch_embed.proj',
  blocks: 'blocks.',
  block: timmBlockNames,
  norm: 'norm',
  poolerBlocks: 'blocks.',
  poolerBlock: timmBlockNames,
  pooler: repositoryPoolerNames,
  poolerEpsilon: 1e-5,
}

/** A part of the network where it lies. */
export interface Vjepa2Part {
  readonly checkpoint: Checkpoint
  readonly tensor: (name: string) => TensorReference
  /** Its tensors' names in the file. */
  readonly names: readonly string[]
  readonly blocks: number
}

export interface Vjepa2Weights {
  readonly width: number
  readonly names: { readonly encoder: Vjepa2Names; readonly pooler: Vjepa2Names }
  readonly encoder: Vjepa2Part
  /** Absent where only the mean of the tokens is wanted. */
  readonly pooler: Vjepa2Part | undefined
}

/** The tensors of an encoder under its own names. */
export function vjepa2EncoderTensors(names: Vjepa2Names, width: number, blocks: number): Shapes {
  const shapes = { ...affine(names.patches, [width, 3, 2, 16, 16]), ...affine(names.norm, [width]) }
  for (let i = 0; i < blocks; i++) Object.assign(shapes, partTensors(`${names.blocks}${i}`, names.block, width))
  return shapes
}

/** The tensors of a pooler under its own names. */
export function vjepa2PoolerTensors(names: Vjepa2Names, width: number, blocks: number): Shapes {
  const { query, norm1, q, kv, norm2, fc1, fc2 } = names.pooler
  const shapes: Shapes = {
    [query]: [1, 1, width],
    ...affine(norm1, [width]),
    ...affine(q, [width, width]),
    ...(typeof kv === 'string'
      ? affine(kv, [2 * width, width])
      : Object.assign({}, ...kv.map((name) => affine(name, [width, width])))),
    ...affine(norm2, [width]),
    ...affine(fc1, [4 * width, width]),
    ...affine(fc2, [width, 4 * width]),
  }
  for (let i = 0; i < blocks; i++)
    Object.assign(shapes, partTensors(`${names.poolerBlocks}${i}`, names.poolerBlock, width))
  return shapes
}

function partTensors(name: string, block: BlockNames, width: number): Shapes {
  if (block === timmBlockNames) return blockTensors(name, width)
  const attended = typeof block.qkv === 'string' ? [block.qkv] : block.qkv
  const square = [...attended, block.out].map((part) => affine(`${name}.${part}`, [width, width]))
  return Object.assign(
    {},
    ...square,
    affine(`${name}.${block.norm1}`, [width]),
    affine(`${name}.${block.norm2}`, [width]),
    affine(`${name}.${block.fc1}`, [4 * width, width]),
    affine(`${name}.${block.fc2}`, [width, 4 * width]),
  )
}

/**
 * Encoder and pooler of a file of transformers, or of the repository's two files.
 * @param probe the repository's second file
 * @param pooled whether the pooler is needed
 * @throws KinemetricError `wrong-checkpoint` for V-JEPA and for a probe of another width, `wrong-tensors`
 */
export function vjepa2Weights(checkpoint: Checkpoint, probe: Checkpoint | undefined, pooled: boolean): Vjepa2Weights {
  const found = jepaOf(checkpoint)
  if (found === 'vjepa')
    throw networkError('wrong-checkpoint', checkpoint.path, { expected: 'V-JEPA 2', found: jepaTitles[found] })
  const ofHub = found === 'vjepa2-hf'
  const names = ofHub ? huggingFaceNames : repositoryNames
  const suffix = `${names.patches}.weight`
  const holders = ofHub ? ['vjepa2.encoder.', 'encoder.'] : ['target_encoder.', 'ema_encoder.', '', 'encoder.']
  const prefix = prefixIn(checkpoint, suffix, holders) ?? (ofHub ? holders[0] : '')
  const width = checkpoint.tensors.get(prefix + suffix)?.shape[0] ?? 1024
  const blocks = Math.max(1, countOf(checkpoint, prefix + names.blocks, '.norm1.weight'))
  const encoder = part(checkpoint, prefix, vjepa2EncoderTensors(names, width, blocks), blocks)
  if (!pooled) return { width, names: { encoder: names, pooler: names }, encoder, pooler: undefined }
  const poolerNames = probe === undefined && ofHub ? huggingFaceNames : repositoryNames
  const pooler = poolerOf(probe ?? checkpoint, poolerNames, width)
  return { width, names: { encoder: names, pooler: poolerNames }, encoder, pooler }
}

function poolerOf(checkpoint: Checkpoint, names: Vjepa2Names, width: number): Vjepa2Part {
  const wanted = `the SSv2 pooler of a V-JEPA 2 encoder of width ${width}`
  const refuse = (found: string) => networkError('wrong-checkpoint', checkpoint.path, { expected: wanted, found })
  const prefix = prefixIn(checkpoint, 'pooler.query_tokens', ['classifiers.0.', 'classifier.', ''])
  if (prefix === undefined)
    throw refuse('no pooler in this file; the repository keeps it in one of its own (ssv2-vitl-16x2x3.pt)')
  const own = `${prefix}pooler.`
  const found = checkpoint.tensors.get(`${own}query_tokens`)?.shape.at(-1)
  if (found !== width) throw refuse(`one of width ${found}`)
  const norm = `.${names.poolerBlock.norm1}.weight`
  const blocks = countOf(checkpoint, own + names.poolerBlocks, norm)
  if (blocks === 0) throw refuse('a probe without blocks of its own, as V-JEPA (2024) has it')
  return part(checkpoint, own, vjepa2PoolerTensors(names, width, blocks), blocks)
}

function part(checkpoint: Checkpoint, prefix: string, shapes: Shapes, blocks: number): Vjepa2Part {
  const named = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [prefix + name, shape]))
  expectTensors(checkpoint, named, { extra: 'ignore' })
  return { checkpoint, tensor: (name) => findTensor(checkpoint, prefix + name), names: Object.keys(named), blocks }
}
