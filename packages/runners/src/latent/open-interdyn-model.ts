import { checkJson } from '@kinemetric/files'
import {
  openInterdynProcess,
  openModelFolder,
  readModelConfig,
  readOptionalConfig,
  requireProvider,
} from '@kinemetric/networks'
import type { GeneratorOptions } from '../generator/generator.ts'
import { eulerConfigSchema, type EulerSchedule, eulerSchedule } from '../sampling/euler-schedule.ts'
import { checkpointPath, type FilesByWord, type Foresee, usesOf } from './given-checkpoints.ts'
import type { LatentSettings, OpenedModel } from './latent-generator.ts'

/**
 * InterDyn's networks in a process of their own, and the schedule that `scheduler_config.json` makes of the number of steps. What is wrong with the steps or a
 * folder is said before a tensor is loaded.
 */
export async function openInterdynModel(
  options: GeneratorOptions,
  { steps, dtype }: LatentSettings,
): Promise<OpenedModel & { readonly schedule: EulerSchedule }> {
  const { device, lowMemory, threads, signal } = options
  const folders = {
    svd: await checkpointPath(options, 'svd', '<folder of stable-video-diffusion-img2vid>'),
    interdyn: await checkpointPath(options, 'interdyn', '<folder of InterDyn>'),
  }
  const { schedule, files } = await readSvd(folders.svd, steps)
  const weights = await usesOf([...files, ...(await readBranch(folders.interdyn))], options)
  const model = await openInterdynProcess(
    folders,
    {
      provider: requireProvider(options.device),
      threads,
      dtype,
      oneAtATime: lowMemory,
      guidance: lowMemory ? 'apart' : 'together',
    },
    signal,
  )
  return { model, weights, notes: lowMemory ? [lowMemoryNote(device, dtype)] : [], schedule }
}

/** What opening InterDyn would refuse of what is here, and its files. */
export const foreseeInterdyn: Foresee = async ({ svd, interdyn }, { steps }) => [
  ...(svd === undefined ? [] : (await readSvd(svd, Number(steps))).files),
  ...(interdyn === undefined ? [] : await readBranch(interdyn)),
]

async function readSvd(svd: string, steps: number): Promise<{ schedule: EulerSchedule; files: FilesByWord }> {
  const { config, file } = await readModelConfig(svd, 'scheduler')
  const schedule = eulerSchedule(checkJson(file, config, eulerConfigSchema), steps)
  const preprocessor = await readOptionalConfig(svd, 'feature_extractor')
  const files: FilesByWord = [
    // Neither holds a weight, and both decide what is made.
    ['svd', [file, ...(preprocessor === undefined ? [] : [preprocessor.file])]],
    ['svd', (await openModelFolder(svd, 'unet')).files],
    ['svd', (await openModelFolder(svd, 'vae')).files],
    ['svd', (await openModelFolder(svd, 'image_encoder')).files],
  ]
  return { schedule, files }
}

async function readBranch(interdyn: string): Promise<FilesByWord> {
  return [['interdyn', (await openModelFolder(interdyn, 'controlnet')).files]]
}

/** What is known of it beside runs without: on the tiny networks of the tests no sample of a frame is more than one level off. */
function lowMemoryNote(device: string, dtype: string): string {
  const widened = device === 'cpu' && dtype === 'float16' ? ', in float32 since the processor widens float16' : ''
  return `low memory: the networks’ sums run in another order${widened}; a frame may differ by a rounding from one made without`
}
