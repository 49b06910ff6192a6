import { openModelFolder } from '../checkpoints/model-folder.ts'
import {
  type AutoencoderConfig,
  diffusersAutoencoderConfig,
  ldmAutoencoderConfig,
} from '../models/autoencoder/config.ts'
import { decoderOperations, encoderOperations, type MapSize } from '../models/autoencoder/operations.ts'
import { decoderTensors, encoderTensors } from '../models/autoencoder/tensors.ts'
import { clipVisionConfig } from '../models/clip-vision/config.ts'
import { clipVisionOperations } from '../models/clip-vision/operations.ts'
import { huggingFaceTensors, openaiTensors } from '../models/clip-vision/tensors.ts'
import { openaiTower } from '../models/clip-vision/tower.ts'
import { type CoshandFiles, readCoshandParts } from '../models/coshand/open.ts'
import { latentScale, readInterdynConfig } from '../models/interdyn/config.ts'
import { stepOperations } from '../models/interdyn/operations.ts'
import { controlnetTensors } from '../models/interdyn/tensors.ts'
import { readLdmUnetConfig } from '../models/ldm/config.ts'
import { ldmOperations } from '../models/ldm/operations.ts'
import { ldmTensors } from '../models/ldm/tensors.ts'
import type { ConfigFile } from '../models/svd/config.ts'
import { svdUnetTensors } from '../models/svd/tensors.ts'
import type { InterdynFolders } from './interdyn-process.ts'
import { publishedCoshand, publishedInterdyn } from './published-configs.ts'

/** What a generator's networks cost. Operations are floating-point ones, two a multiply-add. */
export interface GeneratorWork {
  /** Of one picture: its row, and its latents. */
  readonly embed: number
  readonly encode: number
  /** Of one step of the sampler, both halves of guidance: of the clip, or of one frame where frames are made one by one. */
  readonly step: number
  /** Of decoding one frame. */
  readonly decode: number
  /** Numbers in the weights of the network of the steps, and of all others together. */
  readonly stepWeights: number
  readonly otherWeights: number
  /** Numbers in the widest map inside a step. */
  readonly widestMap: number
}

/**
 * What InterDyn costs, by the configurations beside its weights; of what is not here, by those that its authors published.
 * @param size height and width in pixels
 * @throws KinemetricError as `openModelFolder` does, for folders that are given
 */
export async function interdynWork(
  folders: Partial<InterdynFolders>,
  frames: number,
  { height, width }: MapSize,
): Promise<GeneratorWork> {
  const config = readInterdynConfig(await configOf(folders.svd, 'unet'), await configOf(folders.interdyn, 'controlnet'))
  const vae = await configOf(folders.svd, 'vae')
  const autoencoder = diffusersAutoencoderConfig(vae.config, vae.where, 'temporal')
  const encoder = await configOf(folders.svd, 'image_encoder')
  const tower = clipVisionConfig(encoder.config, encoder.where)
  const latents = { height: height / latentScale, width: width / latentScale }
  const { unet, controlnet, control } = stepOperations(config, { samples: 1, frames, ...latents })
  return {
    embed: clipVisionOperations(tower),
    encode: encoderOperations(autoencoder, { height, width }),
    step: unet + controlnet + control,
    decode: decoderOperations(autoencoder, latents),
    stepWeights: numbers(svdUnetTensors(config.unet)) + numbers(controlnetTensors(config.controlnet)),
    otherWeights: numbers(huggingFaceTensors(tower)) + autoencoderNumbers(autoencoder),
    // Both halves of what a feed-forward layer at full size is between its two products.
    widestMap: 2 * frames * latents.height * latents.width * 8 * config.unet.levels[0].width,
  }
}

/** The same of CosHand. */
export async function coshandWork(files: Partial<CoshandFiles>, { height, width }: MapSize): Promise<GeneratorWork> {
  const { coshand, config: yaml } = files
  const parts = coshand === undefined ? undefined : await readCoshandParts({ coshand, config: yaml })
  const unet = parts?.config.unet ?? readLdmUnetConfig(publishedCoshand.unet, 'config.yaml')
  const ddconfig = parts?.config.autoencoder ?? publishedCoshand.autoencoder
  const autoencoder = ldmAutoencoderConfig(ddconfig, 1, parts?.config.where ?? 'config.yaml')
  const prefix = 'cond_stage_model.model.visual.'
  const tower =
    parts === undefined
      ? publishedCoshand.tower
      : openaiTower(parts.checkpoint, { prefix, heads: parts.config.towerHeads }).config
  const shrinking = 2 ** (autoencoder.widths.length - 1)
  const latents = { height: height / shrinking, width: width / shrinking }
  return {
    embed: clipVisionOperations(tower),
    encode: encoderOperations(autoencoder, { height, width }),
    step: 2 * ldmOperations(unet, latents),
    decode: decoderOperations(autoencoder, latents),
    stepWeights: numbers(ldmTensors(unet)),
    otherWeights: numbers(openaiTensors(tower)) + autoencoderNumbers(autoencoder),
    widestMap: 2 * latents.height * latents.width * 8 * unet.modelChannels,
  }
}

/** The configuration of a part of a folder, or the published one. */
async function configOf(folder: string | undefined, part: keyof typeof publishedInterdyn): Promise<ConfigFile> {
  if (folder === undefined) return { config: publishedInterdyn[part], where: 'config.json' }
  const { config, files } = await openModelFolder(folder, part)
  return { config, where: files[0] }
}

function autoencoderNumbers(config: AutoencoderConfig): number {
  return numbers(encoderTensors(config)) + numbers(decoderTensors(config))
}

function numbers(shapes: Readonly<Record<string, readonly number[]>>): number {
  return Object.values(shapes).reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0)
}
