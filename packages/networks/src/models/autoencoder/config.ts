import { checkJson } from '@kinemetric/files'
import { z } from 'zod'

import { networkError } from '../../tracklets/network-error.ts'

/** What an autoencoder of Stable Diffusion's kind is made of. Its attention (one, in the middle of either half) has one head. */
export interface AutoencoderConfig {
  /** How it decodes: the frames of a video together (Stable Video Diffusion), or each picture by itself. */
  readonly decoder: 'temporal' | 'frames'
  /** Channels of the levels, the finest first. Each but the last halves the size. */
  readonly widths: readonly number[]
  /** Residual blocks of a level of the encoder; the decoder has one more. */
  readonly resnets: number
  /** Channels of a latent. */
  readonly latents: number
  /** Of the group norms. */
  readonly groups: number
  /** Whether a 1×1 convolution follows the encoder. */
  readonly quantConv: boolean
  /** Whether one stands before the decoder. */
  readonly postQuantConv: boolean
  /** What a sampler’s latents are divided by before they are decoded; who samples does it. */
  readonly scalingFactor: number
}

const count = z.int().positive()
const channels = z.literal(3).default(3)

const temporalSchema = z.object({
  _class_name: z.literal('AutoencoderKLTemporalDecoder'),
  in_channels: channels,
  out_channels: channels,
  block_out_channels: z.array(count).min(1),
  layers_per_block: count,
  latent_channels: count,
  scaling_factor: z.number().positive(),
})

const framesSchema = z.object({
  _class_name: z.literal('AutoencoderKL'),
  in_channels: channels,
  out_channels: channels,
  block_out_channels: z.array(count).min(1),
  layers_per_block: count,
  latent_channels: count,
  norm_num_groups: count.default(32),
  act_fn: z.literal('silu').default('silu'),
  mid_block_add_attention: z.literal(true).default(true),
  use_quant_conv: z.boolean().default(true),
  use_post_quant_conv: z.boolean().default(true),
  shift_factor: z.null().optional(),
  scaling_factor: z.number().positive().default(0.18215),
})

const kindSchema = z.object({ _class_name: z.string().optional(), model_type: z.string().optional() })

/**
 * The `config.json` of diffusers' `AutoencoderKLTemporalDecoder` (Stable Video Diffusion) or `AutoencoderKL` (Stable Diffusion).
 * @param where its path, for errors
 * @param decoder the kind that is needed; default: either
 * @throws KinemetricError `wrong-checkpoint` for another architecture's, `invalid` where a value is missing or of no use
 */
export function diffusersAutoencoderConfig(
  json: unknown,
  where: string,
  decoder?: AutoencoderConfig['decoder'],
): AutoencoderConfig {
  const { _class_name: className, model_type: type } = checkJson(where, json, kindSchema)
  const kinds = { AutoencoderKLTemporalDecoder: 'temporal', AutoencoderKL: 'frames' } as const
  const wanted = Object.entries(kinds).filter(([, kind]) => decoder === undefined || kind === decoder)
  if (!wanted.some(([name]) => name === className))
    throw networkError('wrong-checkpoint', where, {
      expected: `the configuration of ${wanted.map(([name]) => name).join(' or ')}`,
      found: `that of ${className ?? type ?? 'something without a name'}`,
    })
  if (className === 'AutoencoderKLTemporalDecoder') {
    const config = checkJson(where, json, temporalSchema)
    const fixed = { decoder: 'temporal', groups: 32, quantConv: true, postQuantConv: false } as const
    return checked(where, { ...fixed, ...common(config) })
  }
  const config = checkJson(where, json, framesSchema)
  const [quantConv, postQuantConv] = [config.use_quant_conv, config.use_post_quant_conv]
  const own = { decoder: 'frames', groups: config.norm_num_groups, quantConv, postQuantConv } as const
  return checked(where, { ...own, ...common(config) })
}

function common(config: Omit<z.output<typeof temporalSchema>, '_class_name'>) {
  return {
    widths: config.block_out_channels,
    resnets: config.layers_per_block,
    latents: config.latent_channels,
    scalingFactor: config.scaling_factor,
  }
}

const ldmSchema = z.object({
  double_z: z.literal(true),
  z_channels: count,
  in_channels: channels,
  out_ch: channels,
  ch: count,
  ch_mult: z.array(count).min(1),
  num_res_blocks: count,
  attn_resolutions: z.array(z.number()).length(0),
})

/**
 * The `ddconfig` of an `AutoencoderKL` in a configuration of CompVis/latent-diffusion.
 * @param scalingFactor the model's `scale_factor`
 * @param where the configuration's path, for errors
 * @throws KinemetricError `invalid` where a value is missing or of no use
 */
export function ldmAutoencoderConfig(ddconfig: unknown, scalingFactor: number, where: string): AutoencoderConfig {
  const config = checkJson(where, ddconfig, ldmSchema)
  return checked(where, {
    decoder: 'frames',
    widths: config.ch_mult.map((multiple) => config.ch * multiple),
    resnets: config.num_res_blocks,
    latents: config.z_channels,
    groups: 32,
    quantConv: true,
    postQuantConv: true,
    scalingFactor,
  })
}

function checked(where: string, config: AutoencoderConfig): AutoencoderConfig {
  const odd = config.widths.find((width) => width % config.groups !== 0)
  if (odd === undefined) return config
  throw networkError('wrong-checkpoint', where, {
    expected: `widths that ${config.groups} groups divide`,
    found: String(odd),
  })
}
