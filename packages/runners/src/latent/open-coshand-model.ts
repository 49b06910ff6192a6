import { type HostTensor, openCoshandProcess, readCoshandParts, requireProvider } from '@kinemetric/networks'
import { runnerError } from '../generator/runner-error.ts'
import type { GeneratorOptions } from '../generator/generator.ts'
import { type DdimStep, ddimSchedule } from '../sampling/ddim-schedule.ts'
import { checkpointPath, usesOf } from './given-checkpoints.ts'
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
  const { checkpoint, config } = await readCoshandParts(files)
  if (config.conditioningFrames !== 1)
    throw runnerError('bad-option', config.where, {
      expected: 'a CosHand that makes a frame of one',
      found: `one of ${config.conditioningFrames}`,
    })
  const schedule = ddimSchedule(config.noiseLevels, steps)
  const weights = await usesOf([['coshand', [checkpoint.path, config.where]]], options)
  const how = { provider: requireProvider(options.device), threads, dtype, oneAtATime: lowMemory }
  const model = await openCoshandProcess(files, { ...how, guidance: lowMemory ? 'apart' : 'together' }, signal)
  const notes = lowMemory ? ['low memory: the halves of guidance one after the other'] : []
  return { model, weights, notes, schedule, nullContext: model.nullContext }
}
