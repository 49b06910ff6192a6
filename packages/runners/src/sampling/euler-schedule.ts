import { z } from 'zod'
import { runnerError } from '../generator/runner-error.ts'

/** What `scheduler_config.json` of Stable Video Diffusion says, as far as it decides here. Another scheduler is refused. */
export const eulerConfigSchema = z.looseObject({
  _class_name: z.literal('EulerDiscreteScheduler').optional(),
  prediction_type: z.literal('v_prediction'),
  timestep_type: z.literal('continuous'),
  use_karras_sigmas: z.literal(true),
  sigma_min: z.number().positive(),
  sigma_max: z.number().positive(),
  timestep_spacing: z.enum(['leading', 'linspace', 'trailing']),
})

export interface EulerSchedule {
  /** Noise levels of the steps and 0 after them, falling: [steps + 1]. */
  readonly sigmas: Float32Array
  /** What noise of variance 1 is multiplied by before the first step. */
  readonly initialScale: number
}

/**
 * Euler's steps over the noise levels of Karras et al. ("Elucidating the design space of diffusion-based generative models", 2022, equation 5, ρ = 7), as
 * diffusers' EulerDiscreteScheduler has them: computed in float64, kept in float32.
 * @throws KinemetricError `bad-option` for fewer than 2 steps, whose spacing divides by zero
 */
export function eulerSchedule(config: z.infer<typeof eulerConfigSchema>, steps: number): EulerSchedule {
  if (!Number.isInteger(steps) || steps < 2)
    throw runnerError('bad-option', 'set', { expected: 'steps of at least 2', found: String(steps) })
  const { sigma_min: smallest, sigma_max: largest, timestep_spacing: spacing } = config
  const [from, to] = [largest ** (1 / 7), smallest ** (1 / 7)]
  const sigmas = new Float32Array(steps + 1)
  for (let i = 0; i < steps; i++) sigmas[i] = (from + (i / (steps - 1)) * (to - from)) ** 7
  return { sigmas, initialScale: spacing === 'leading' ? Math.sqrt(sigmas[0] ** 2 + 1) : sigmas[0] }
}
