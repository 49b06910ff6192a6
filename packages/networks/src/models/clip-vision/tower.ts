import { expectTensors } from '../../checkpoints/expect-tensors.ts'
import { findTensor } from '../../checkpoints/find-tensor.ts'
import type { Checkpoint, TensorReference } from '../../checkpoints/tensors/tensor-reference.ts'
import { networkError } from '../../tracklets/network-error.ts'
import { transformerHeads } from '../vision-transformer/heads.ts'
import { type ClipVisionConfig, clipVisionConfig } from './config.ts'
import { huggingFaceTensors, openaiTensors } from './tensors.ts'

/** A CLIP vision tower where it lies: what it is made of, and its tensors by Hugging Face's names whatever the file calls them. */
export interface ClipTower {
  readonly config: ClipVisionConfig
  readonly tensor: (name: string) => TensorReference
  /** Its tensors' names in the checkpoint, for a digest. */
  readonly names: readonly string[]
}

/**
 * The tower of a checkpoint that transformers wrote, beside its `config.json`.
 * @param json the parsed `config.json`
 * @throws KinemetricError `wrong-checkpoint` for another architecture's configuration, `invalid`, `wrong-tensors` where tensors and
 * configuration disagree
 */
export function huggingFaceTower(checkpoint: Checkpoint, json: unknown, where = 'config.json'): ClipTower {
  const config = clipVisionConfig(json, where)
  const shapes = huggingFaceTensors(config)
  // Older versions wrote the numbers 0, 1, 2, … along.
  expectTensors(checkpoint, shapes, { extra: (name) => name.endsWith('.position_ids') })
  return { config, tensor: (name) => findTensor(checkpoint, name), names: Object.keys(shapes) }
}

export interface OpenaiTowerOptions {
  /** What stands before its names: `cond_stage_model.model.visual.` in a checkpoint of a latent diffusion model. Default: nothing. */
  readonly prefix?: string | undefined
  /** Default: a head for every 64 numbers, as openai/CLIP has it; the file does not say. */
  readonly heads?: number | undefined
}

/**
 * The visual tower of OpenAI's CLIP inside a checkpoint. Layers are counted; patch, picture and widths follow from shapes (as
 * `build_model` of openai/CLIP's `clip/model.py` derives them).
 * @throws KinemetricError `wrong-tensors` where it is not there, or is a ResNet
 */
export function openaiTower(checkpoint: Checkpoint, { prefix = '', heads }: OpenaiTowerOptions = {}): ClipTower {
  const config = openaiConfig(checkpoint, prefix, heads)
  const shapes = Object.entries(openaiTensors(config)).map(([name, shape]) => [`${prefix}${name}`, shape] as const)
  expectTensors(checkpoint, Object.fromEntries(shapes), { extra: 'ignore' })
  return {
    config,
    tensor: (name) => openaiTensor(checkpoint, prefix, name),
    names: shapes.map(([name]) => name),
  }
}

function openaiConfig(checkpoint: Checkpoint, prefix: string, heads: number | undefined): ClipVisionConfig {
  const shapeOf = (name: string, rank: number): readonly number[] => {
    const { shape } = findTensor(checkpoint, `${prefix}${name}`)
    if (shape.length === rank) return shape
    throw networkError('wrong-tensors', checkpoint.path, {
      expected: `${rank} axes of ${prefix}${name}`,
      found: `[${shape.join(', ')}]`,
    })
  }
  const [hidden, , patch] = shapeOf('conv1.weight', 4)
  const [positions] = shapeOf('positional_embedding', 2)
  const [, projection] = shapeOf('proj', 2)
  const [mlp] = shapeOf('transformer.resblocks.0.mlp.c_fc.weight', 2)
  const side = Math.sqrt(positions - 1)
  if (!Number.isInteger(side))
    throw networkError('wrong-tensors', checkpoint.path, {
      expected: 'positions of a square of patches and one more',
      found: `${positions}`,
    })
  return {
    hidden,
    layers: countLayers(checkpoint, prefix),
    heads: transformerHeads(checkpoint.path, hidden, heads),
    mlp,
    patch,
    image: side * patch,
    activation: 'quick_gelu',
    epsilon: 1e-5,
    projection,
    projectionLayout: 'in-out',
  }
}

function countLayers(checkpoint: Checkpoint, prefix: string): number {
  let layers = 0
  while (checkpoint.tensors.has(`${prefix}transformer.resblocks.${layers}.ln_1.weight`)) layers++
  return layers
}

const openaiNames: readonly (readonly [RegExp, string])[] = [
  [/^vision_model\.embeddings\.class_embedding$/, 'class_embedding'],
  [/^vision_model\.embeddings\.patch_embedding\./, 'conv1.'],
  [/^vision_model\.embeddings\.position_embedding\.weight$/, 'positional_embedding'],
  [/^vision_model\.pre_layrnorm\./, 'ln_pre.'],
  [/^vision_model\.post_layernorm\./, 'ln_post.'],
  [/^visual_projection\.weight$/, 'proj'],
  [/^vision_model\.encoder\.layers\./, 'transformer.resblocks.'],
  [/\.self_attn\.out_proj\./, '.attn.out_proj.'],
  [/\.self_attn\.[qkv]_proj\.(weight|bias)$/, '.attn.in_proj_$1'],
  [/\.layer_norm([12])\./, '.ln_$1.'],
  [/\.mlp\.fc1\./, '.mlp.c_fc.'],
  [/\.mlp\.fc2\./, '.mlp.c_proj.'],
]

function openaiTensor(checkpoint: Checkpoint, prefix: string, name: string): TensorReference {
  const renamed = openaiNames.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), name)
  const reference = findTensor(checkpoint, `${prefix}${renamed}`)
  const part = ['q', 'k', 'v'].findIndex((letter) => name.includes(`.${letter}_proj.`))
  return part < 0 ? reference : thirdOf(reference, part)
}

/** One of the three equal parts of a tensor along its first axis, in place. */
function thirdOf(reference: TensorReference, part: number): TensorReference {
  const byteLength = reference.byteLength / 3
  const [rows, ...others] = reference.shape
  return {
    ...reference,
    name: `${reference.name}.${part}`,
    shape: [rows / 3, ...others],
    offset: reference.offset + part * byteLength,
    byteLength,
  }
}
