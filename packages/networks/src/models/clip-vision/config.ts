import { checkJson } from '@kinemetric/files'
import { z } from 'zod'

import { networkError } from '../../tracklets/network-error.ts'

/** What a CLIP vision tower is made of. */
export interface ClipVisionConfig {
  /** Numbers a token. */
  readonly hidden: number
  readonly layers: number
  readonly heads: number
  /** Width inside the feed-forward layers. */
  readonly mlp: number
  /** Side of a patch in pixels. */
  readonly patch: number
  /** Side of the picture that it looks at, in pixels. */
  readonly image: number
  readonly activation: 'gelu' | 'quick_gelu'
  /** Of the layer norms. */
  readonly epsilon: number
  /** Numbers of the embedding. */
  readonly projection: number
  /** How the file keeps the last matrix: `[projection, hidden]` as Hugging Face does, or `[hidden, projection]` as OpenAI does. */
  readonly projectionLayout: 'out-in' | 'in-out'
}

const count = z.int().positive()

const schema = z.object({
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  intermediate_size: count,
  patch_size: count,
  image_size: count,
  num_channels: z.literal(3).default(3),
  hidden_act: z.enum(['gelu', 'quick_gelu']),
  layer_norm_eps: z.number().positive(),
  projection_dim: count,
})

/**
 * The `config.json` of transformers' `CLIPVisionModelWithProjection` (such as Stable Video Diffusion's `image_encoder`).
 * @param where its path, for errors
 * @throws KinemetricError `wrong-checkpoint` for another architecture's, `invalid` where a value is missing or of no use
 */
export function clipVisionConfig(json: unknown, where: string): ClipVisionConfig {
  requireVisionTower(json, where)
  const config = checkJson(where, json, schema)
  const { hidden_size: hidden, num_attention_heads: heads, image_size: image, patch_size: patch } = config
  requireDivides(where, 'hidden_size', hidden, 'num_attention_heads', heads)
  requireDivides(where, 'image_size', image, 'patch_size', patch)
  return {
    hidden,
    layers: config.num_hidden_layers,
    heads,
    mlp: config.intermediate_size,
    patch,
    image,
    activation: config.hidden_act,
    epsilon: config.layer_norm_eps,
    projection: config.projection_dim,
    projectionLayout: 'out-in',
  }
}

const kindSchema = z.object({ model_type: z.string().optional(), _class_name: z.string().optional() })

function requireVisionTower(json: unknown, where: string): void {
  const { model_type: type, _class_name: className } = checkJson(where, json, kindSchema)
  const found = className ?? type
  if (found === undefined || found === 'clip_vision_model') return
  throw networkError('wrong-checkpoint', where, {
    expected: 'the configuration of a CLIP vision tower (model_type clip_vision_model)',
    found: `that of ${found}`,
  })
}

function requireDivides(where: string, name: string, whole: number, part: string, parts: number): void {
  if (whole % parts === 0) return
  throw networkError('wrong-checkpoint', where, {
    expected: `${part} to divide ${name}`,
    found: `${parts} and ${whole}`,
  })
}
