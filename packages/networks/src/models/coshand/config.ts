import { dirname, join } from 'node:path'

import { checkJson, isError } from '@kinemetric/files'
import { z } from 'zod'

import { networkError } from '../../tracklets/network-error.ts'
import { type LdmUnetConfig, readLdmUnetConfig } from '../ldm/config.ts'
import { readYaml } from './yaml.ts'

/** What CosHand's networks and sampler follow from. */
export interface CoshandConfig {
  readonly unet: LdmUnetConfig
  /** Arguments of the autoencoder, as its own reader takes them. */
  readonly autoencoder: Readonly<Record<string, unknown>>
  /** Heads of the image tower where the yaml says so (`cond_stage_config.params.heads`, an addition of this reader); the original has the tower's own rule. */
  readonly towerHeads: number | undefined
  /** The file, for errors. */
  readonly where: string
  /** What latents are multiplied by before noise is added, and divided by before they are decoded. */
  readonly scalingFactor: number
  /** Frames that the next one is made from, each a mask and a picture. */
  readonly conditioningFrames: number
  /** Variances of the noise that training added: √β evenly spaced. */
  readonly noiseLevels: { readonly linearStart: number; readonly linearEnd: number; readonly timesteps: number }
}

/** Channels of latents, and so of an encoded picture. */
const latentChannels = 4

const target = (name: string) => z.string().endsWith(`.${name}`).optional()

/** What of LDM's yaml decides; a training run's other settings may be any. */
const schema = z.object({
  model: z.object({
    params: z.object({
      linear_start: z.number().positive(),
      linear_end: z.number().positive().lt(1),
      timesteps: z.int().min(2).max(100_000),
      beta_schedule: z.literal('linear').optional(),
      parameterization: z.literal('eps').optional(),
      conditioning_key: z.literal('hybrid'),
      channels: z.literal(latentChannels),
      scale_factor: z.number().positive(),
      just_captions: z.literal(false).optional(),
      lora_rank: z.number().max(0).optional(),
      unet_config: z.object({ target: target('UNetModel'), params: z.unknown() }),
      first_stage_config: z.object({
        target: target('AutoencoderKL'),
        params: z.object({ embed_dim: z.literal(latentChannels), ddconfig: z.record(z.string(), z.unknown()) }),
      }),
      cond_stage_config: z.object({
        target: target('FrozenCLIPImageEmbedder'),
        params: z.object({ antialias: z.literal(false).optional(), heads: z.int().positive().optional() }).nullish(),
      }),
    }),
  }),
})

/**
 * CosHand's config from the yaml that its checkpoint was trained with (github.com/SruthiSudhakar/CosHand, configs/).
 * @throws KinemetricError as `readYaml`; `invalid` for keys that are missing or make another model; `bad-config` for a UNet that takes no frame to go on from, by name where it is known
 */
export async function readCoshandConfig(path: string): Promise<CoshandConfig> {
  const { params } = checkJson(path, await readYaml(path), schema).model
  const unet = readLdmUnetConfig(params.unet_config.params, path)
  return {
    unet,
    autoencoder: params.first_stage_config.params.ddconfig,
    towerHeads: params.cond_stage_config.params?.heads,
    where: path,
    scalingFactor: params.scale_factor,
    conditioningFrames: conditioningFrames(unet, path),
    noiseLevels: { linearStart: params.linear_start, linearEnd: params.linear_end, timesteps: params.timesteps },
  }
}

/** The noisy latents, a mask and a picture for each frame to go on from, and the mask of the frame to be made. */
function conditioningFrames({ inChannels, outChannels }: LdmUnetConfig, where: string): number {
  const expected = `a UNet of ${latentChannels} output channels and 8 (K + 1) input channels, K the frames to go on from`
  if (outChannels !== latentChannels)
    throw networkError('bad-config', where, { expected, found: `${outChannels} output channels` })
  const frames = (inChannels - 2 * latentChannels) / (2 * latentChannels)
  if (Number.isInteger(frames) && frames >= 1) return frames
  const known: Readonly<Record<number, string>> = {
    4: ' (Stable Diffusion 1.x)',
    8: ' (Zero-1-to-3)',
    9: ' (inpainting)',
  }
  throw networkError('bad-config', where, { expected, found: `${inChannels} input channels${known[inChannels] ?? ''}` })
}

/**
 * The config that lies beside a checkpoint: the one .yaml of its name, or of its name and `_config`.
 * @throws KinemetricError `missing-config` where there is none
 */
export async function findCoshandConfig(checkpoint: string): Promise<CoshandConfig> {
  const stem = checkpoint.replace(/\.[^./\\]*$/, '')
  const places = [`${stem}_config.yaml`, `${stem}.yaml`, join(dirname(checkpoint), 'config.yaml')]
  for (const place of places) {
    try {
      return await readCoshandConfig(place)
    } catch (error) {
      if (!isError(error, 'input', 'not-found')) throw error
    }
  }
  throw networkError('missing-config', checkpoint, {
    expected: `its config beside it (${places.join(', ')})`,
    found: 'none of them',
    then: 'name the yaml with --checkpoint coshand-config=<file>',
  })
}
