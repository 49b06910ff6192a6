import type { Checkpoint } from './tensors/tensor-reference.ts'
import { networkError } from '../tracklets/network-error.ts'

/** What is known to be put in a model's place by mistake, and the models themselves, in words. */
const titles = {
  'svd-unet': 'the UNet of Stable Video Diffusion img2vid',
  'svd-xt-unet': 'the UNet of Stable Video Diffusion XT (img2vid-xt, 25 frames)',
  'svd-vae': 'the VAE of Stable Video Diffusion (temporal decoder)',
  'interdyn-controlnet': "InterDyn's ControlNet",
  'clip-vision': 'the image encoder of CLIP',
  'clip-text': 'the text encoder of CLIP',
  'clip-openai': 'a CLIP with a vision transformer as OpenAI publishes it',
  'clip-openai-resnet': 'a CLIP with a ResNet as OpenAI publishes it',
  dino: 'a vision transformer of DINO',
  dinov2: 'a vision transformer of DINOv2 without registers',
  'dinov2-registers': 'a vision transformer of DINOv2 with registers',
  'dinov2-transformers': 'DINOv2 as transformers writes it (facebookresearch’s own file is what is read)',
  'video-transformer': 'a vision transformer of video (patches of several frames, such as V-JEPA’s)',
  'sd15-unet': 'the UNet of Stable Diffusion 1.x',
  'sd2-unet': 'the UNet of Stable Diffusion 2.x',
  'sd-picture-unet':
    'a UNet of Stable Diffusion that is given a picture beside the latents (in_channels 8: Zero-1-to-3, InstructPix2Pix)',
  'sd-inpainting-unet': 'the UNet of Stable Diffusion for inpainting (in_channels 9)',
  'sd-unet': 'a UNet of Stable Diffusion (images, not video)',
  'sd-vae': 'the VAE of Stable Diffusion (images, not video)',
  'sd-controlnet': 'a ControlNet of Stable Diffusion (images, not video)',
  coshand: 'CosHand',
  zero123: 'Zero-1-to-3 (zero123)',
  'sd-image-variations': 'Stable Diffusion conditioned on images (sd-image-conditioned, what CosHand was trained from)',
  sd15: 'Stable Diffusion 1.x',
  'sd-inpainting': 'Stable Diffusion for inpainting',
  'svd-single-file': 'Stable Video Diffusion as one file (diffusers’ folder is what is read)',
} as const

/** Models that can be told apart by their tensors and their config.json. */
export type KnownModel = keyof typeof titles

/**
 * Which model this is, by the names and shapes of its tensors, and by config.json where the tensors do not tell; undefined where it is none of
 * those known. Widths do not matter: a small model of the same architecture is the same.
 */
export function recogniseModel(checkpoint: Checkpoint, config?: unknown): KnownModel | undefined {
  const { tensors } = checkpoint
  const has = (name: string) => tensors.has(name)
  const size = (name: string, axis: number) => tensors.get(name)?.shape[axis]
  const temporal = [...tensors.keys()].some((name) => name.includes('.spatial_res_block.'))
  if (has('controlnet_cond_embedding.conv_in.weight')) return temporal ? 'interdyn-controlnet' : 'sd-controlnet'
  if (has('time_embedding.linear_1.weight')) {
    if (temporal) return fieldOf(config, 'num_frames') === 25 ? 'svd-xt-unet' : 'svd-unet'
    return imageUnet(
      size('down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight', 1),
      size('conv_in.weight', 1),
    )
  }
  if (has('decoder.conv_in.weight') && has('encoder.conv_in.weight')) return temporal ? 'svd-vae' : 'sd-vae'
  if (has('vision_model.embeddings.class_embedding')) return 'clip-vision'
  if (has('text_model.embeddings.token_embedding.weight')) return 'clip-text'
  return imageTransformer(checkpoint) ?? singleFile(checkpoint)
}

/** A model in words. */
export function titleOf(model: KnownModel): string {
  return titles[model]
}

/** By the width of what it attends to, and by how many channels go in: more than the latents' four stand for what it is given beside them. */
function imageUnet(context: unknown, channels: unknown): KnownModel {
  if (channels === 8) return 'sd-picture-unet'
  if (channels === 9) return 'sd-inpainting-unet'
  if (context === 768) return 'sd15-unet'
  return context === 1024 ? 'sd2-unet' : 'sd-unet'
}

/** Of vision transformers that are published under their authors' names. */
function imageTransformer({ tensors }: Checkpoint): KnownModel | undefined {
  const has = (name: string) => tensors.has(name)
  const patches = [...tensors].find(([name]) => /(^|\.)patch_embed(dings)?\.proj\.weight$/.test(name))?.[1]
  if (patches?.shape.length === 5) return 'video-transformer'
  for (const prefix of ['', 'visual.']) {
    if (has(`${prefix}class_embedding`) && has(`${prefix}conv1.weight`)) return 'clip-openai'
    if (has(`${prefix}attnpool.positional_embedding`)) return 'clip-openai-resnet'
  }
  if (has('encoder.layer.0.layer_scale1.lambda1')) return 'dinov2-transformers'
  if (!has('patch_embed.proj.weight') || !has('cls_token')) return undefined
  if (has('register_tokens')) return 'dinov2-registers'
  return has('blocks.0.ls1.gamma') ? 'dinov2' : 'dino'
}

/** Of the checkpoints that training of latent diffusion writes: what differs is how many channels go in and what conditions. */
function singleFile({ tensors }: Checkpoint): KnownModel | undefined {
  const channels = tensors.get('model.diffusion_model.input_blocks.0.0.weight')?.shape[1]
  if (channels === undefined) return undefined
  if (tensors.has('model.diffusion_model.input_blocks.1.0.time_stack.in_layers.0.weight')) return 'svd-single-file'
  const projection = tensors.get('cc_projection.weight')?.shape
  // zero123 projects the picture's row with four numbers of the camera (github.com/cvlab-columbia/zero123, ddpm.py).
  if (projection !== undefined && projection[1] === projection[0] + 4) return 'zero123'
  if (projection !== undefined) return 'coshand'
  if (channels === 9) return 'sd-inpainting'
  if (tensors.has('cond_stage_model.model.visual.class_embedding')) return 'sd-image-variations'
  return 'sd15'
}

/**
 * @throws KinemetricError `wrong-checkpoint` that names the model that is there, where it is known and not the wanted one. What is not known
 * passes: its tensors are held against the architecture when it is opened.
 */
export function requireModel(wanted: KnownModel, checkpoint: Checkpoint, config?: unknown): void {
  const found = recogniseModel(checkpoint, config)
  if (found === undefined || found === wanted) return
  throw networkError('wrong-checkpoint', checkpoint.path, { expected: titles[wanted], found: titles[found] })
}

/** Names of architectures as `_class_name` (diffusers) or `architectures` (transformers) of config.json have them, by the model. */
const classNames: Readonly<Partial<Record<string, KnownModel>>> = {
  UNetSpatioTemporalConditionModel: 'svd-unet',
  UNetSpatioTemporalConditionControlNetModel: 'svd-unet',
  AutoencoderKLTemporalDecoder: 'svd-vae',
  ControlNetSDVModel: 'interdyn-controlnet',
  CLIPVisionModelWithProjection: 'clip-vision',
  CLIPVisionModel: 'clip-vision',
  CLIPModel: 'clip-vision',
  CLIPTextModel: 'clip-text',
  AutoencoderKL: 'sd-vae',
  ControlNetModel: 'sd-controlnet',
}

/** @throws KinemetricError `wrong-checkpoint` where a config.json names another architecture than the wanted model's. Without a name it passes. */
export function requireArchitecture(wanted: KnownModel, config: unknown, where: string): void {
  const architectures = fieldOf(config, 'architectures')
  const name = fieldOf(config, '_class_name') ?? (Array.isArray(architectures) ? architectures[0] : undefined)
  if (typeof name !== 'string') return
  const found = modelOf(name, config)
  if (found === wanted) return
  throw networkError('wrong-checkpoint', where, {
    expected: titles[wanted],
    found: `a configuration of ${name}${found === undefined ? '' : `, ${titles[found]}`}`,
  })
}

function modelOf(name: string, config: unknown): KnownModel | undefined {
  if (name === 'UNet2DConditionModel')
    return imageUnet(fieldOf(config, 'cross_attention_dim'), fieldOf(config, 'in_channels'))
  return Object.hasOwn(classNames, name) ? classNames[name] : undefined
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, field)
    ? Reflect.get(value, field)
    : undefined
}
