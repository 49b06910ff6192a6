import type { HostTensor } from '@kinemetric/networks'
import { z } from 'zod'
import type { Generator, GeneratorOptions, OpenGenerator } from '../generator/generator.ts'
import { requiredControl, requiredImage } from '../generator/required-frames.ts'
import { checkSettings } from '../generator/settings.ts'
import type { DdimStep } from '../sampling/ddim-schedule.ts'
import { signedPictures } from '../sampling/pictures.ts'
import { sampleCoshand } from '../sampling/sample-coshand.ts'
import { shiftedCrop } from '../sampling/shifted-crop.ts'
import { latentGenerator, type LatentMethod, type OpenedModel } from '../latent/latent-generator.ts'

/** The ranges are in method.json, and were held against what was asked for before this is called. */
const settingsSchema = z.object({
  rollout: z.enum(['independent', 'autoregressive']),
  seed: z.number(),
  steps: z.number(),
  guidance: z.number(),
  quantizeFeedback: z.boolean(),
  sharedNoise: z.boolean(),
  crossAttention: z.enum(['image', 'null']),
  legacyShift50: z.boolean(),
  framesAtOnce: z.number(),
  dtype: z.enum(['float32', 'float16']),
})

export type CoshandMethodSettings = z.infer<typeof settingsSchema>

/** CosHand, rolled out over a clip, from the official checkpoint. */
export const openCoshand: OpenGenerator = async ({ id }, options) => {
  const settings = checkSettings(options.settings, settingsSchema)
  const { openCoshandModel } = await import('../latent/open-coshand-model.ts')
  return coshandGenerator(id, settings, options, await openCoshandModel(options, settings))
}

/** The loop around networks that are open. */
export function coshandGenerator(
  id: string,
  settings: Omit<CoshandMethodSettings, 'steps' | 'dtype'>,
  options: Pick<GeneratorOptions, 'noise' | 'dump'>,
  {
    schedule,
    nullContext,
    ...opened
  }: OpenedModel & { readonly schedule: readonly DdimStep[]; readonly nullContext: HostTensor },
): Generator {
  const sample: LatentMethod['sample'] = async (condition, run) => {
    const given = [await requiredImage(condition), await requiredControl(condition)]
    const [image, masks] = settings.legacyShift50 ? given.map(shiftedCrop) : given
    const input = { image: signedPictures(image), masks: signedPictures(masks), nullContext }
    return sampleCoshand(opened.model, input, settings, schedule, run)
  }
  return latentGenerator({ id, seed: settings.seed, firstIsInput: true, sample }, opened, options)
}
