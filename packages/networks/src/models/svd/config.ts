import { checkJson } from '@kinemetric/files'
import { z } from 'zod'

import { requireArchitecture } from '../../checkpoints/known-models.ts'
import { networkError } from '../../tracklets/network-error.ts'

/** One level of the UNet: its resolution is half that of the level before. */
export interface SvdLevel {
  readonly width: number
  /** Residual blocks on the way down; one more on the way up. */
  readonly layers: number
  /** Heads of its attention. The shapes of the tensors do not tell: the config alone does. */
  readonly heads: number
  /** Numbers of the context's one token. */
  readonly context: number
  /** Pairs of spatial and temporal blocks in a transformer. */
  readonly depth: number
  /** Whether transformers follow the residual blocks. */
  readonly attends: boolean
}

/** What SVD's UNet and branches that copy its encoder are made of. */
export interface SvdConfig {
  readonly inChannels: number
  readonly outChannels: number
  readonly levels: readonly SvdLevel[]
  /** Numbers that stand for each of frame rate, motion bucket and noise augmentation. */
  readonly idSize: number
}

const attending = 'CrossAttnDownBlockSpatioTemporal'
const plain = 'DownBlockSpatioTemporal'

/** A model's config.json and where it lies, for messages. */
export interface ConfigFile {
  readonly config: unknown
  readonly where: string
}

const positive = z.int().positive()
/** One number for all levels, or one a level. */
const perLevel = z.union([positive, z.array(positive).min(1)], {
  error: 'expected a whole number above 0, or one a level',
})

/** What the config leaves out is the class's default, but for the widths and heads, in which released weights differ from the defaults. */
const schema = z.object({
  in_channels: positive.default(8),
  out_channels: positive.default(4),
  block_out_channels: z.array(positive.multipleOf(32)).min(1),
  layers_per_block: perLevel.default(2),
  num_attention_heads: perLevel,
  cross_attention_dim: perLevel.default(1024),
  transformer_layers_per_block: perLevel.default(1),
  down_block_types: z.array(z.enum([attending, plain])).optional(),
  up_block_types: z.array(z.string()).optional(),
  addition_time_embed_dim: positive.default(256),
  projection_class_embeddings_input_dim: positive.optional(),
})

/**
 * Reads diffusers' `config.json` of a `UNetSpatioTemporalConditionModel` or of a branch with its encoder.
 * @throws KinemetricError `wrong-checkpoint` for the config of another model, by name, and for values that do not fit together; `invalid` for
 * missing values and those of another kind
 */
export function readSvdConfig({ config, where }: ConfigFile, wanted: 'svd-unet' | 'interdyn-controlnet'): SvdConfig {
  requireArchitecture(wanted, config, where)
  const read = checkJson(where, config, schema)
  const {
    block_out_channels: widths,
    addition_time_embed_dim: idSize,
    in_channels: inChannels,
    out_channels: outChannels,
  } = read
  const requireFit = (fits: boolean, expected: string, found: unknown): void => {
    if (!fits) throw networkError('wrong-checkpoint', where, { expected, found: JSON.stringify(found) })
  }
  const each = (value: number | readonly number[], name: string): readonly number[] => {
    const list = typeof value === 'number' ? widths.map(() => value) : value
    requireFit(list.length === widths.length, `${name} of ${widths.length} levels`, value)
    return list
  }
  const heads = each(read.num_attention_heads, 'num_attention_heads')
  const contexts = each(read.cross_attention_dim, 'cross_attention_dim')
  const layers = each(read.layers_per_block, 'layers_per_block')
  const depths = each(read.transformer_layers_per_block, 'transformer_layers_per_block')
  const down = read.down_block_types ?? widths.map((_, at) => (at < widths.length - 1 ? attending : plain))
  const up = down.toReversed().map((type) => type.replace('Down', 'Up'))
  requireFit(down.length === widths.length, `down_block_types of ${widths.length} levels`, down)
  requireFit(
    JSON.stringify(read.up_block_types ?? up) === JSON.stringify(up),
    `up_block_types ${up.join(', ')}`,
    read.up_block_types,
  )
  requireFit(new Set(contexts).size === 1, 'one cross_attention_dim for all levels', contexts)
  requireFit(
    widths.every((width, at) => width % heads[at] === 0),
    'num_attention_heads that divide block_out_channels',
    heads,
  )
  requireFit(inChannels === 2 * outChannels, 'as many in_channels for the picture as for the latents', inChannels)
  const ids = read.projection_class_embeddings_input_dim ?? 3 * idSize
  requireFit(ids === 3 * idSize, 'projection_class_embeddings_input_dim for three numbers', ids)
  const levels = widths.map((width, at) => ({
    width,
    layers: layers[at],
    heads: heads[at],
    context: contexts[at],
    depth: depths[at],
    attends: down[at] === attending,
  }))
  return { inChannels, outChannels, levels, idSize }
}
