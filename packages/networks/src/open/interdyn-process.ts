import { openModelFolder, readOptionalConfig } from '../checkpoints/model-folder.ts'
import { type InterdynOptions, openInterdyn } from '../models/interdyn/open.ts'
import type { LatentModel } from '../roles/latent-model.ts'
import { openLatentProcess } from './latent-process.ts'

/** InterDyn's files: Stable Video Diffusion's folder, with `unet`, `vae`, `image_encoder` and perhaps `feature_extractor`, and its own, with `controlnet`. */
export interface InterdynFolders {
  readonly svd: string
  readonly interdyn: string
}

/** InterDyn's networks from both folders, in this process. @throws as `openModelFolder` and `openInterdyn` do */
export async function openInterdynFolders(
  { svd, interdyn }: InterdynFolders,
  options: InterdynOptions = {},
): Promise<LatentModel> {
  const unet = await openModelFolder(svd, 'unet')
  const vae = await openModelFolder(svd, 'vae')
  const imageEncoder = await openModelFolder(svd, 'image_encoder')
  const controlnet = await openModelFolder(interdyn, 'controlnet')
  // Not in every folder of weights: its numbers are CLIP's, which are taken without it.
  const featureExtractor = await readOptionalConfig(svd, 'feature_extractor')
  return openInterdyn({ unet, vae, imageEncoder, controlnet, featureExtractor }, options)
}

/** The same in a process of their own (see `openLatentProcess`). */
export async function openInterdynProcess(
  folders: InterdynFolders,
  options: InterdynOptions = {},
  signal?: AbortSignal,
): Promise<LatentModel> {
  const source = { module: import.meta.url, open: 'openInterdynFolders', args: [folders, options] }
  return openLatentProcess(source, { provider: options.provider, dtype: options.dtype, signal })
}
