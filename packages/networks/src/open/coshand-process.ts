import {
  type CoshandFiles,
  type CoshandModel,
  type CoshandOptions,
  openCoshand,
  readCoshandParts,
  sayCoshand,
} from '../models/coshand/open.ts'
import type { LatentModel } from '../roles/latent-model.ts'
import { openLatentProcess } from './latent-process.ts'

/** CosHand's networks from its files, in this process. @throws as `readCoshandParts` and `openCoshand` do */
export async function openCoshandFiles(files: CoshandFiles, options: CoshandOptions = {}): Promise<LatentModel> {
  return openCoshand(await readCoshandParts(files), options)
}

/** The same in a process of their own (see `openLatentProcess`). Files that do not fit are refused before it is started. */
export async function openCoshandProcess(
  files: CoshandFiles,
  options: CoshandOptions = {},
  signal?: AbortSignal,
): Promise<CoshandModel> {
  const said = await sayCoshand(await readCoshandParts(files))
  const source = { module: import.meta.url, open: 'openCoshandFiles', args: [files, options] }
  const model = await openLatentProcess(source, { provider: options.provider, dtype: options.dtype, signal })
  return { ...model, ...said }
}
