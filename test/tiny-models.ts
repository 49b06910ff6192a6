import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasShared, sharedPath } from './shared.ts'

const golden = (name: string): string => sharedPath('goldens', 'runners', name)

/** Whether the goldens are here: tiny networks with random weights, and what the original modules make of them. */
export function hasTinyModels(): boolean {
  return hasShared('goldens', 'runners', 'interdyn_tiny_pipe.safetensors')
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, JSON.stringify(value, null, 2))
}

/** Lays InterDyn's tiny networks out as diffusers does: `svd` and `interdyn` below a folder. */
export async function writeTinyInterdyn(folder: string): Promise<{ svd: string; interdyn: string }> {
  const config: Record<string, Record<string, unknown>> = JSON.parse(
    await readFile(golden('interdyn_tiny_config.json'), 'utf8'),
  )
  const { vae, clip, scheduler, pipeline: _, conditioning_embedding_out_channels: widths, ...shared } = config
  const [svd, interdyn] = [join(folder, 'svd'), join(folder, 'interdyn')]
  const weights = 'diffusion_pytorch_model.safetensors'
  const part = async (of: string, name: string, values: unknown, to = weights) => {
    await mkdir(join(of, name), { recursive: true })
    await copyFile(golden(`interdyn_tiny_${name}.safetensors`), join(of, name, to))
    await writeJson(join(of, name, 'config.json'), values)
  }
  const unet = { in_channels: 8, out_channels: 4, ...shared }
  await part(svd, 'unet', { _class_name: 'UNetSpatioTemporalConditionModel', ...unet })
  await part(svd, 'vae', { _class_name: 'AutoencoderKLTemporalDecoder', in_channels: 3, out_channels: 3, ...vae })
  const tower = {
    architectures: ['CLIPVisionModelWithProjection'],
    hidden_size: clip.hidden,
    num_hidden_layers: clip.layers,
    num_attention_heads: clip.heads,
    intermediate_size: clip.mlp,
    patch_size: clip.patch,
    image_size: clip.image,
    projection_dim: clip.proj,
    hidden_act: clip.act,
    layer_norm_eps: clip.eps,
  }
  await part(svd, 'image_encoder', tower, 'model.safetensors')
  await mkdir(join(svd, 'scheduler'), { recursive: true })
  await writeJson(join(svd, 'scheduler', 'scheduler_config.json'), {
    _class_name: 'EulerDiscreteScheduler',
    ...scheduler,
  })
  const branch = { _class_name: 'ControlNetSDVModel', conditioning_channels: 3, ...unet }
  await part(interdyn, 'controlnet', { ...branch, conditioning_embedding_out_channels: widths })
  return { svd, interdyn }
}

/** Values in JSON are yaml too. */
function part(target: string, params: unknown): string {
  return `{target: ${target}, params: ${JSON.stringify(params)}}`
}

/** CosHand's tiny checkpoint with its yaml beside it. @returns the checkpoint's path */
export async function writeTinyCoshand(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const config: Record<string, Record<string, unknown>> & { scale_factor: number } = JSON.parse(
    await readFile(golden('coshand_tiny_config.json'), 'utf8'),
  )
  const path = join(folder, 'coshand.ckpt')
  await copyFile(golden('coshand_tiny.ckpt'), path)
  const yaml = `model:
  params:
    linear_start: 0.00085
    linear_end: 0.0120
    timesteps: 1000
    conditioning_key: hybrid
    channels: 4
    scale_factor: ${config.scale_factor}
    unet_config: ${part('ldm.modules.diffusionmodules.openaimodel.UNetModel', config.unet)}
    first_stage_config: ${part('ldm.models.autoencoder.AutoencoderKL', { embed_dim: 4, ddconfig: config.vae })}
    cond_stage_config: ${part('ldm.modules.encoders.modules.FrozenCLIPImageEmbedder', { heads: config.clip.heads })}
`
  await writeFile(join(folder, 'coshand.yaml'), yaml)
  return path
}
