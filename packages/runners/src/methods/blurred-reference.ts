import { z } from 'zod'
import type { OracleCondition } from '../generator/condition.ts'
import type { OpenGenerator } from '../generator/generator.ts'
import { plainGenerator } from '../generator/plain-generator.ts'
import { checkSettings } from '../generator/settings.ts'
import { gaussianBlur } from './gaussian-blur.ts'

const settingsSchema = z.strictObject({ sigma: z.number().positive().max(100) })

/** Right motion, poor image: the reference behind a Gaussian blur of `sigma` pixels. A probe of the metrics, no generator. */
export const openBlurredReference: OpenGenerator<OracleCondition> = async (_, options) => {
  const { sigma } = checkSettings(options.settings, settingsSchema)
  return plainGenerator(async ({ reference }: OracleCondition) => {
    const { pixels, fps } = await reference()
    return { pixels: gaussianBlur(pixels, sigma), fps }
  })
}
