import { isError } from '@kinemetric/files'
import { type ModelConfig, openModelFolder, readModelConfig } from '../checkpoints/model-folder.ts'
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
  const featureExtractor = await preprocessorOf(svd)
  return openInterdyn({ unet, vae, imageEncoder, controlnet, featureExtractor }, options)
}

/** SVD's preprocessor_config.json, which may not be there: weights alone are pulled. */
async function preprocessorOf(svd: string): Promise<ModelConfig | undefined> {
  try {
    return await readModelConfig(svd, 'feature_extractor')
  } catch (error) {
    if (isError(error, undefined, 'not-a-model-folder', 'missing-config')) return undefined
    throw error
  }
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
