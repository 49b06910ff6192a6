import {
  type CoshandFiles,
  type HostTensor,
  openCoshandProcess,
  readCoshandParts,
  requireProvider,
} from '@kinemetric/networks'
import { runnerError } from '../generator/runner-error.ts'
import type { GeneratorOptions } from '../generator/generator.ts'
import { type DdimStep, ddimSchedule, type NoiseLevels } from '../sampling/ddim-schedule.ts'
import { checkpointPath, type FilesByWord, type Foresee, usesOf } from './given-checkpoints.ts'
import type { LatentSettings, OpenedModel } from './latent-generator.ts'

/**
 * CosHand's networks in a process of their own, and the schedule that its config makes of the number of steps. What is wrong with the steps or the files is
 * said before a tensor is loaded.
 */
export async function openCoshandModel(
  options: GeneratorOptions,
  { steps, dtype }: LatentSettings,
): Promise<OpenedModel & { readonly schedule: readonly DdimStep[]; readonly nullContext: HostTensor }> {
  const { lowMemory, threads, signal, checkpoints } = options
  const files = {
    coshand: await checkpointPath(options, 'coshand', '<CosHand’s .ckpt>'),
    config: Object.hasOwn(checkpoints, 'coshand-config') ? checkpoints['coshand-config'] : undefined,
  }
  const { schedule, used } = await readCoshand(files, steps)
  const weights = await usesOf(used, options)
  const how = { provider: requireProvider(options.device), threads, dtype, oneAtATime: lowMemory }
  const model = await openCoshandProcess(files, { ...how, guidance: lowMemory ? 'apart' : 'together' }, signal)
  const notes = lowMemory ? ['low memory: the halves of guidance one after the other'] : []
  return { model, weights, notes, schedule, nullContext: model.nullContext }
}

/** What CosHand's repository says, before its config is here. */
const publishedLevels: NoiseLevels = { linearStart: 0.00085, linearEnd: 0.012, timesteps: 1000 }

/** What opening CosHand would refuse of what is here and of the number of steps, and its files. */
export const foreseeCoshand: Foresee = async ({ coshand, 'coshand-config': config }, settings) => {
  const steps = Number(settings.steps)
  if (coshand !== undefined) return (await readCoshand({ coshand, config }, steps)).used
  ddimSchedule(publishedLevels, steps)
  return []
}

async function readCoshand(files: CoshandFiles, steps: number): Promise<{ schedule: DdimStep[]; used: FilesByWord }> {
  const { checkpoint, config } = await readCoshandParts(files)
  if (config.conditioningFrames !== 1)
    throw runnerError('bad-option', config.where, {
      expected: 'a CosHand that makes a frame of one',
      found: `one of ${config.conditioningFrames}`,
    })
  const schedule = ddimSchedule(config.noiseLevels, steps)
  return { schedule, used: [['coshand', [checkpoint.path, config.where]]] }
}
