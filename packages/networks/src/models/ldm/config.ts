import { checkJson } from '@kinemetric/files'
import { z } from 'zod'

import { networkError } from '../../tracklets/network-error.ts'

/** What decides a UNet of latent diffusion 1.x: names, shapes and head counts of all its layers follow from it. */
export interface LdmUnetConfig {
  readonly inChannels: number
  readonly outChannels: number
  /** Channels of the first level. */
  readonly modelChannels: number
  /** Channels of each level, in units of `modelChannels`; there are as many levels. */
  readonly channelMultipliers: readonly number[]
  readonly residualBlocks: number
  /** Downsampling factors at which residual blocks are followed by a transformer. */
  readonly attentionAt: readonly number[]
  /** Heads of every transformer, or numbers a head: the weights' shapes do not tell. */
  readonly heads: { readonly count: number } | { readonly width: number }
  /** Blocks of a transformer. */
  readonly depth: number
  /** Numbers of the token that cross-attention sees. */
  readonly contextWidth: number
}

const positive = z.int().positive()

/** Arguments of LDM's `UNetModel`; those that would make another network are taken at the values that make this one alone. */
const schema = z
  .strictObject({
    in_channels: positive,
    out_channels: positive,
    model_channels: positive.multipleOf(32),
    num_res_blocks: positive,
    attention_resolutions: z.array(positive),
    channel_mult: z.array(positive).min(1).max(8),
    num_heads: z.union([positive, z.literal(-1)]).default(-1),
    num_head_channels: z.union([positive, z.literal(-1)]).default(-1),
    transformer_depth: positive.default(1),
    context_dim: positive,
    use_spatial_transformer: z.literal(true),
    // Training alone, or without effect where transformers attend.
    image_size: z.unknown(),
    use_checkpoint: z.unknown(),
    use_fp16: z.unknown(),
    dropout: z.unknown(),
    legacy: z.unknown(),
    use_new_attention_order: z.unknown(),
    num_heads_upsample: z.unknown(),
    dims: z.literal(2),
    conv_resample: z.literal(true),
    num_classes: z.null(),
    n_embed: z.null(),
    use_scale_shift_norm: z.literal(false),
    resblock_updown: z.literal(false),
  })
  .partial({
    image_size: true,
    use_checkpoint: true,
    use_fp16: true,
    dropout: true,
    legacy: true,
    use_new_attention_order: true,
    num_heads_upsample: true,
    dims: true,
    conv_resample: true,
    num_classes: true,
    n_embed: true,
    use_scale_shift_norm: true,
    resblock_updown: true,
  })

/**
 * A UNet's config from the arguments of LDM's `UNetModel` as a yaml has them under `unet_config.params` (CompVis/stable-diffusion,
 * ldm/modules/diffusionmodules/openaimodel.py).
 * @param where names the origin in errors
 * @throws KinemetricError `invalid` for missing, unknown or other values; `bad-config` where they do not fit one another
 */
export function readLdmUnetConfig(params: unknown, where: string): LdmUnetConfig {
  const given = checkJson(where, params, schema)
  if ((given.num_heads === -1) === (given.num_head_channels === -1))
    throw networkError('bad-config', where, {
      expected: 'one of num_heads and num_head_channels',
      found: given.num_heads === -1 ? 'neither' : 'both',
    })
  const config: LdmUnetConfig = {
    inChannels: given.in_channels,
    outChannels: given.out_channels,
    modelChannels: given.model_channels,
    channelMultipliers: given.channel_mult,
    residualBlocks: given.num_res_blocks,
    attentionAt: given.attention_resolutions,
    heads: given.num_heads === -1 ? { width: given.num_head_channels } : { count: given.num_heads },
    depth: given.transformer_depth,
    contextWidth: given.context_dim,
  }
  for (const multiplier of config.channelMultipliers) {
    const channels = multiplier * config.modelChannels
    const divisor = 'count' in config.heads ? config.heads.count : config.heads.width
    if (channels % divisor !== 0)
      throw networkError('bad-config', where, {
        expected: `channels of every level in equal heads (num_heads or num_head_channels ${divisor})`,
        found: `${channels} channels`,
      })
  }
  return config
}

/** Heads of a transformer of so many channels. */
export function headsOf({ heads }: LdmUnetConfig, channels: number): number {
  return 'count' in heads ? heads.count : channels / heads.width
}

/** Sizes of the latents that the UNet takes are multiples of this: each level but the last halves them. */
export function latentMultiple({ channelMultipliers }: LdmUnetConfig): number {
  return 2 ** (channelMultipliers.length - 1)
}
