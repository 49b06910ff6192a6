import { checkJson } from '@kinemetric/files'
import { z } from 'zod'

import { networkError } from '../../tracklets/network-error.ts'
import { type ConfigFile, readSvdConfig, type SvdConfig } from '../svd/config.ts'

/** What InterDyn's two diffusion networks are made of. */
export interface InterdynConfig {
  readonly unet: SvdConfig
  readonly controlnet: ControlnetConfig
}

/** A branch with the UNet's encoder and a network for the control. */
export interface ControlnetConfig extends SvdConfig {
  /** Widths of the control's network: each but the first halves height and width. */
  readonly conditionWidths: readonly number[]
}

/** Pixels a side that one latent stands for. */
export const latentScale = 8

/** Height and width in pixels must be multiples of this: every level after the first halves them without a rest. */
export function sizeMultipleOf({ unet }: InterdynConfig): number {
  return latentScale * 2 ** (unet.levels.length - 1)
}

/** Three of the four widths halve the control: to the size of the latents. */
const schema = z.object({
  conditioning_embedding_out_channels: z
    .array(z.int().positive())
    .length(1 + Math.log2(latentScale))
    .default([16, 32, 96, 256]),
})

/**
 * Reads both `config.json`s and holds them against each other. Heads may differ: the branch has its own.
 * @throws KinemetricError `wrong-checkpoint` for the config of another model, by name, and for a ControlNet of another UNet; `invalid`
 */
export function readInterdynConfig(unetFile: ConfigFile, controlnetFile: ConfigFile): InterdynConfig {
  const unet = readSvdConfig(unetFile, 'svd-unet')
  const branch = readSvdConfig(controlnetFile, 'interdyn-controlnet')
  if (outline(unet) !== outline(branch))
    throw networkError('wrong-checkpoint', controlnetFile.where, {
      expected: `a ControlNet of this UNet: ${outline(unet)}`,
      found: outline(branch),
    })
  const { conditioning_embedding_out_channels: conditionWidths } = checkJson(
    controlnetFile.where,
    controlnetFile.config,
    schema,
  )
  return { unet, controlnet: { ...branch, conditionWidths } }
}

/** What the UNet and a branch of it must have in common, in words. */
function outline({ inChannels, levels, idSize }: SvdConfig): string {
  const each = levels.map(({ width, layers }) => `${width} × ${layers}`).join(', ')
  return `${inChannels} channels in, widths × layers ${each}, a context of ${levels[0].context}, ids of ${idSize}`
}
