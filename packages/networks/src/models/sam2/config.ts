import { checkJson } from '@kinemetric/files'
import { z } from 'zod'
import { networkError } from '../../tracklets/network-error.ts'
import type { Sam2Shape, Sam2Variant } from './networks.ts'

/** Everything that the graphs are built from (facebookresearch/sam2 at 2b90b9f, sam2/configs). */
export interface Sam2Config extends Sam2Shape {
  readonly trunk: {
    /** Channels and heads of the first stage; both double with every stage. */
    readonly channels: number
    readonly heads: number
    /** Blocks of the four stages. */
    readonly stages: readonly number[]
    /** Blocks, counted through, that look at the whole map. */
    readonly global: readonly number[]
    /** Sides of the windows of the four stages. */
    readonly windows: readonly number[]
    /** Height and width of the background of the position. */
    readonly background: readonly [number, number]
  }
  /** Width of memory attention's feed-forward part. */
  readonly feedForward: number
}

const tiny = { channels: 96, heads: 1, stages: [1, 2, 7, 2], global: [5, 7, 9], windows: [8, 4, 14, 7] }

const trunks: Readonly<Record<Exclude<Sam2Variant, 'reduced'>, Sam2Config['trunk']>> = {
  tiny: { ...tiny, background: [7, 7] },
  small: { ...tiny, stages: [1, 2, 11, 2], global: [7, 10, 13], background: [7, 7] },
  'base-plus': {
    channels: 112,
    heads: 2,
    stages: [2, 3, 16, 3],
    global: [12, 16, 20],
    windows: [8, 4, 14, 7],
    background: [14, 14],
  },
  large: {
    channels: 144,
    heads: 2,
    stages: [2, 6, 36, 4],
    global: [23, 33, 43],
    windows: [8, 4, 16, 8],
    background: [7, 7],
  },
}

/** The configuration of a published file. */
export function publishedSam2(variant: Exclude<Sam2Variant, 'reduced'>, version: Sam2Shape['version']): Sam2Config {
  return {
    variant,
    version,
    imageSize: 1024,
    width: 256,
    memoryWidth: 64,
    trunk: trunks[variant],
    feedForward: 2048,
  }
}

const size = z.number().int().positive().max(4096)
const four = z.array(size).length(4)

/** A configuration of one's own, with the names of the original's. */
const configSchema = z.strictObject({
  image_size: size.multipleOf(32),
  trunk: z.strictObject({
    embed_dim: size,
    num_heads: size,
    stages: four,
    global_att_blocks: z.array(z.number().int().nonnegative().max(1000)).max(100),
    window_spec: four,
    window_pos_embed_bkg_spatial_size: z.tuple([size, size]),
  }),
  d_model: size.multipleOf(8),
  mem_dim: size.multipleOf(4),
  memory_attention_ffn: size,
})

export type Sam2ConfigJson = z.infer<typeof configSchema>

/** A configuration of one's own, its fields in one order. @throws KinemetricError `invalid`; `bad-config` for sizes that do not fit one another */
export function checkSam2Config(json: unknown, where: string): Sam2ConfigJson {
  const config = checkJson(where, json, configSchema)
  const { trunk, d_model, mem_dim } = config
  if (d_model % mem_dim !== 0 || d_model % 64 !== 0)
    throw networkError('bad-config', where, {
      expected: 'd_model to be a multiple of mem_dim and of 64',
      found: `${d_model} and ${mem_dim}`,
    })
  if (trunk.embed_dim % trunk.num_heads !== 0)
    throw networkError('bad-config', where, {
      expected: 'num_heads to divide embed_dim',
      found: `${trunk.num_heads} and ${trunk.embed_dim}`,
    })
  const blocks = trunk.stages.reduce((sum, count) => sum + count, 0)
  const stranger = trunk.global_att_blocks.find((block) => block >= blocks)
  if (stranger !== undefined)
    throw networkError('bad-config', where, {
      expected: `global_att_blocks of 0..${blocks - 1}, as stages have ${blocks} blocks`,
      found: String(stranger),
    })
  return config
}

/** @throws as `checkSam2Config` */
export function reducedSam2(json: unknown, version: Sam2Shape['version'], where: string): Sam2Config {
  const { image_size, trunk, d_model, mem_dim, memory_attention_ffn } = checkSam2Config(json, where)
  return {
    variant: 'reduced',
    version,
    imageSize: image_size,
    width: d_model,
    memoryWidth: mem_dim,
    trunk: {
      channels: trunk.embed_dim,
      heads: trunk.num_heads,
      stages: trunk.stages,
      global: trunk.global_att_blocks,
      windows: trunk.window_spec,
      background: trunk.window_pos_embed_bkg_spatial_size,
    },
    feedForward: memory_attention_ffn,
  }
}
