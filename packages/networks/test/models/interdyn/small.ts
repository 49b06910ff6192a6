import { join } from 'node:path'

import { openCheckpoint, writeSafetensors } from '../../../src/index.ts'
import { findTensor } from '../../../src/checkpoints/find-tensor.ts'
import { readInterdynConfig } from '../../../src/models/interdyn/config.ts'
import type { InterdynNetworks } from '../../../src/models/interdyn/step.ts'
import { controlnetTensors } from '../../../src/models/interdyn/tensors.ts'
import { svdUnetTensors } from '../../../src/models/svd/tensors.ts'
import { float32Data, type HostTensor } from '../../../src/session/session.ts'
import { formulaNumbers, formulaTensors } from '../../formula-weights.ts'
import { float } from './model.ts'

/** Fields of a `config.json` of two levels: a few layers of every kind, so that a session opens at once. */
export const smallConfig = {
  block_out_channels: [32, 64],
  num_attention_heads: [2, 4],
  layers_per_block: 1,
  cross_attention_dim: 24,
  addition_time_embed_dim: 8,
  projection_class_embeddings_input_dim: 24,
  conditioning_embedding_out_channels: [8, 8, 16, 16],
}

/** Small networks with weights that follow from their names. */
export async function smallNetworks(folder: string, fields: Record<string, unknown> = {}): Promise<InterdynNetworks> {
  const file = { config: { ...smallConfig, ...fields }, where: 'small' }
  const config = readInterdynConfig(file, file)
  const shapes = { unet: svdUnetTensors(config.unet), controlnet: controlnetTensors(config.controlnet) }
  const write = async (name: 'unet' | 'controlnet') => {
    const path = join(folder, `${name}.safetensors`)
    await writeSafetensors(path, formulaTensors(shapes[name]))
    const checkpoint = await openCheckpoint(path)
    return (tensor: string) => findTensor(checkpoint, tensor)
  }
  return { config, unet: await write('unet'), controlnet: await write('controlnet') }
}

/** Feeds of a step, numbers that follow from `seed`. */
export function someFeeds(
  [samples, frames, height, width]: readonly number[],
  seed = 'feeds',
): Record<string, HostTensor> {
  const some = (name: string, shape: readonly number[], scale = 1): HostTensor =>
    float(
      formulaNumbers(
        `${seed} ${name}`,
        shape.reduce((a, b) => a * b, 1),
      ).map((value) => scale * value),
      shape,
    )
  const control = some('control', [frames, 3, 8 * height, 8 * width])
  return {
    latents: some('latents', [samples, frames, 4, height, width], 3),
    image_latents: some('image', [samples, 4, height, width]),
    context: some('context', [samples, 24]),
    control: {
      ...control,
      type: 'uint8',
      data: Uint8Array.from(float32Data(control), (value) => (value > 0.5 ? 255 : 0)),
    },
    guidance: float(
      Array.from({ length: frames }, (_, frame) => 1 + frame),
      [frames],
    ),
    sigma: float([2], []),
    sigma_next: float([0.7], []),
    fps: float([6], []),
    motion_bucket: float([40], []),
    noise_aug: float([0.02], []),
  }
}
