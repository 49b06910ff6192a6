import { readFileSync } from 'node:fs'

import { hasShared, sharedPath } from '../../../../../test/shared.ts'
import { openCheckpoint, readTensor } from '../../../src/index.ts'
import type { HostTensor } from '../../../src/session/session.ts'

const file = (part: string): string => sharedPath('goldens', 'runners', `interdyn_tiny_${part}`)

/** Whether the goldens are here: tiny networks with random weights, and what the original modules make of them. */
export function hasTiny(): boolean {
  return hasShared('goldens', 'runners', 'interdyn_tiny_golden.safetensors')
}

/** The checkpoint of a part: unet, controlnet, vae, image_encoder, golden, pipe. */
export function tinyCheckpoint(part: string): ReturnType<typeof openCheckpoint> {
  return openCheckpoint(file(`${part}.safetensors`))
}

/** A tensor of `golden` or `pipe`. */
export async function tinyTensor(part: 'golden' | 'pipe', name: string): Promise<HostTensor & { data: Float32Array }> {
  const reference = (await tinyCheckpoint(part)).tensors.get(name)
  if (reference === undefined) throw new Error(`the goldens have no ${name}`)
  return { type: 'float32', data: await readTensor(reference), shape: reference.shape }
}

/** The tiny networks' `config.json`s as diffusers and transformers write them. */
export function tinyConfigs(): Record<'unet' | 'controlnet' | 'vae' | 'imageEncoder', Record<string, unknown>> {
  const tiny: Record<string, unknown> = JSON.parse(readFileSync(file('config.json'), 'utf8'))
  const { vae, clip, conditioning_embedding_out_channels, scheduler: _, pipeline: __, ...shared } = tiny
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the goldens' own file
  const tower = clip as Record<string, unknown>
  return {
    unet: { _class_name: 'UNetSpatioTemporalConditionModel', in_channels: 8, out_channels: 4, ...shared },
    controlnet: {
      _class_name: 'ControlNetSDVModel',
      conditioning_channels: 3,
      conditioning_embedding_out_channels,
      ...shared,
    },
    vae: { _class_name: 'AutoencoderKLTemporalDecoder', in_channels: 3, out_channels: 3, ...Object(vae) },
    imageEncoder: {
      architectures: ['CLIPVisionModelWithProjection'],
      hidden_size: tower.hidden,
      num_hidden_layers: tower.layers,
      num_attention_heads: tower.heads,
      intermediate_size: tower.mlp,
      patch_size: tower.patch,
      image_size: tower.image,
      projection_dim: tower.proj,
      hidden_act: tower.act,
      layer_norm_eps: tower.eps,
    },
  }
}

/** The largest distance of two lists; infinite where a value is not finite or the lengths differ. */
export function furthest(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Infinity
  let worst = 0
  for (let i = 0; i < found.length; i++) {
    const apart = Math.abs(found[i] - expected[i])
    worst = Number.isFinite(apart) ? Math.max(worst, apart) : Infinity
  }
  return worst
}
