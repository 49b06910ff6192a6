import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import {
  diffusersAutoencoderConfig,
  ldmAutoencoderConfig,
} from '../../packages/networks/src/models/autoencoder/config.ts'
import { autoencoderName, autoencoderShape } from '../../packages/networks/src/models/autoencoder/naming.ts'
import { decoderTensors, encoderTensors } from '../../packages/networks/src/models/autoencoder/tensors.ts'
import { clipVisionConfig } from '../../packages/networks/src/models/clip-vision/config.ts'
import { huggingFaceTensors, openaiTensors } from '../../packages/networks/src/models/clip-vision/tensors.ts'
import { readInterdynConfig } from '../../packages/networks/src/models/interdyn/config.ts'
import { controlnetTensors } from '../../packages/networks/src/models/interdyn/tensors.ts'
import { readLdmUnetConfig } from '../../packages/networks/src/models/ldm/config.ts'
import { ldmTensors } from '../../packages/networks/src/models/ldm/tensors.ts'
import { ldmTensorName } from '../../packages/networks/src/models/ldm/weights.ts'
import { svdUnetTensors } from '../../packages/networks/src/models/svd/tensors.ts'
import { temporalJson } from '../../packages/networks/test/models/autoencoder/configs.ts'
import { vitH } from '../../packages/networks/test/models/clip-vision/configs.ts'
import { coshandYaml } from '../../packages/networks/test/models/coshand/config-yaml.ts'
import { releaseUnet, releaseVae } from '../../packages/networks/test/models/coshand/release-config.ts'
import { drawnCheckpoint } from '../networks/drawn-weights.ts'

type Shapes = Readonly<Record<string, readonly number[]>>

/** The configs of Stable Video Diffusion and InterDyn, and what is counted by them. */
export const unetJson = { block_out_channels: [320, 640, 1280, 1280], num_attention_heads: [5, 10, 20, 20] }
export const svdAutoencoder = diffusersAutoencoderConfig(temporalJson([128, 256, 512, 512]), 'vae', 'temporal')
export const svdTower = clipVisionConfig(vitH, 'image_encoder')
export const interdynConfig = readInterdynConfig(
  { config: unetJson, where: 'unet' },
  { config: unetJson, where: 'controlnet' },
)
export const coshandUnet = readLdmUnetConfig(releaseUnet, 'coshand')
export const coshandAutoencoder = ldmAutoencoderConfig(releaseVae, 0.18215, 'coshand')
/** OpenAI's ViT-L/14. */
export const coshandTower = clipVisionConfig(
  {
    ...vitH,
    hidden_size: 1024,
    intermediate_size: 4096,
    num_hidden_layers: 24,
    projection_dim: 768,
    hidden_act: 'quick_gelu',
  },
  'coshand',
)

const scheduler = {
  _class_name: 'EulerDiscreteScheduler',
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  beta_start: 0.00085,
  interpolation_type: 'linear',
  num_train_timesteps: 1000,
  prediction_type: 'v_prediction',
  sigma_max: 700,
  sigma_min: 0.002,
  steps_offset: 1,
  timestep_spacing: 'leading',
  timestep_type: 'continuous',
  use_karras_sigmas: true,
}

/** InterDyn's files in diffusers' layout, of the released sizes and with drawn numbers: links to what lies in the temporary folder. */
export async function drawnInterdyn(folder: string): Promise<{ svd: string; interdyn: string }> {
  const [svd, interdyn] = [join(folder, 'svd'), join(folder, 'interdyn')]
  const autoencoder = { ...encoderTensors(svdAutoencoder), ...decoderTensors(svdAutoencoder) }
  await part(join(svd, 'unet'), 'svd-unet', svdUnetTensors(interdynConfig.unet), unetJson)
  await part(join(svd, 'vae'), 'svd-vae', autoencoder, temporalJson([128, 256, 512, 512]))
  await part(join(svd, 'image_encoder'), 'clip-vit-h', huggingFaceTensors(svdTower), vitH)
  mkdirSync(join(svd, 'scheduler'), { recursive: true })
  writeFileSync(join(svd, 'scheduler', 'scheduler_config.json'), JSON.stringify(scheduler))
  await part(
    join(interdyn, 'controlnet'),
    'interdyn-controlnet',
    controlnetTensors(interdynConfig.controlnet),
    unetJson,
  )
  return { svd, interdyn }
}

/** CosHand's checkpoint likewise, its config beside it. */
export async function drawnCoshand(folder: string): Promise<{ coshand: string }> {
  mkdirSync(folder, { recursive: true })
  const { widths } = coshandAutoencoder
  const shapes: Record<string, readonly number[]> = { 'cc_projection.weight': [768, 768], 'cc_projection.bias': [768] }
  for (const [name, shape] of Object.entries(ldmTensors(coshandUnet))) shapes[ldmTensorName(name, 'ema')] = shape
  // By which one file is known for CosHand's.
  shapes['model.diffusion_model.input_blocks.0.0.weight'] = [320, 16, 3, 3]
  const autoencoder = { ...encoderTensors(coshandAutoencoder), ...decoderTensors(coshandAutoencoder) }
  for (const [name, shape] of Object.entries(autoencoder))
    shapes[`first_stage_model.${autoencoderName(name, 'ldm', widths.length)}`] = autoencoderShape(name, shape, 'ldm')
  for (const [name, shape] of Object.entries(openaiTensors(coshandTower)))
    shapes[`cond_stage_model.model.visual.${name}`] = shape
  const { path } = await drawnCheckpoint('coshand', shapes, 'F32')
  const coshand = join(folder, 'coshand.ckpt')
  if (!existsSync(coshand)) symlinkSync(path, coshand)
  writeFileSync(join(folder, 'coshand.yaml'), coshandYaml())
  return { coshand }
}

async function part(folder: string, name: string, shapes: Shapes, config: unknown): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const { path } = await drawnCheckpoint(name, shapes, 'F16')
  const link = join(folder, name === 'clip-vit-h' ? 'model.safetensors' : 'diffusion_pytorch_model.safetensors')
  if (!existsSync(link)) symlinkSync(path, link)
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
}
