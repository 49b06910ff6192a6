import { z } from 'zod'
import type { Generator, GeneratorOptions, OpenGenerator } from '../generator/generator.ts'
import { requiredControl, requiredImage } from '../generator/required-frames.ts'
import { checkSettings } from '../generator/settings.ts'
import type { EulerSchedule } from '../sampling/euler-schedule.ts'
import { bytePictures, signedPictures } from '../sampling/pictures.ts'
import { sampleInterdyn } from '../sampling/sample-interdyn.ts'
import { latentGenerator, type LatentMethod, type OpenedModel } from '../latent/latent-generator.ts'

/** The ranges are in method.json, and were held against what was asked for before this is called. */
const settingsSchema = z.object({
  seed: z.number(),
  steps: z.number(),
  fps: z.number(),
  motionBucket: z.number(),
  noiseAug: z.number(),
  minGuidance: z.number(),
  maxGuidance: z.number(),
  controlScale: z.number(),
  dtype: z.enum(['float32', 'float16']),
})

export type InterdynMethodSettings = z.infer<typeof settingsSchema>

/** InterDyn, from Stable Video Diffusion's official files and its own. */
export const openInterdyn: OpenGenerator = async ({ id }, options) => {
  const settings = checkSettings(options.settings, settingsSchema)
  const { openInterdynModel } = await import('../latent/open-interdyn-model.ts')
  return interdynGenerator(id, settings, options, await openInterdynModel(options, settings))
}

/** The loop around networks that are open. */
export function interdynGenerator(
  id: string,
  settings: Omit<InterdynMethodSettings, 'steps' | 'dtype'>,
  options: Pick<GeneratorOptions, 'noise' | 'dump'>,
  { schedule, ...opened }: OpenedModel & { readonly schedule: EulerSchedule },
): Generator {
  const sample: LatentMethod['sample'] = async (condition, run) => {
    const image = signedPictures(await requiredImage(condition))
    const control = bytePictures(await requiredControl(condition))
    return sampleInterdyn(opened.model, { image, control }, settings, schedule, run)
  }
  return latentGenerator({ id, seed: settings.seed, firstIsInput: false, sample }, opened, options)
}
