import { runnerError } from '../generator/runner-error.ts'

/** How much noise the training steps of a latent diffusion model have: its config's `linear_start`, `linear_end` and `timesteps`. */
export interface NoiseLevels {
  readonly linearStart: number
  readonly linearEnd: number
  readonly timesteps: number
}

/** One step: with prediction e and noise n, x₀ = (x − √(1 − a) e) / √a and then x = √aPrev x₀ + √(1 − aPrev − s²) e + s n. */
export interface DdimStep {
  readonly t: number
  readonly a: number
  readonly aPrev: number
  readonly s: number
}

/**
 * The steps of DDIM (Song, Meng and Ermon, ICLR 2021) with η = 1, in the order of execution, as the sampler of the latent diffusion code base makes them
 * (github.com/CompVis/latent-diffusion, ldm/models/diffusion/ddim.py; CosHand's copy). With two quirks: there are ⌈N / ⌊N/S⌋⌉ of them, which is more than S where S does not divide N, and
 * the noisiest is left out, so that 50 run 49.
 * @throws KinemetricError `bad-option` for a number of steps with which that sampler runs none, or past its table
 */
export function ddimSchedule(levels: NoiseLevels, steps: number): DdimStep[] {
  const stride = requireStride(levels.timesteps, steps)
  const remaining = remainingSignal(levels)
  const run: DdimStep[] = []
  for (let t = 1, before = 0; t < levels.timesteps; before = t, t += stride) {
    const [a, aPrev] = [remaining[t], remaining[before]]
    run.push({ t, a, aPrev, s: Math.sqrt(((1 - aPrev) / (1 - a)) * (1 - a / aPrev)) })
  }
  return run.slice(0, -1).reverse()
}

/** @throws KinemetricError `bad-option` */
function requireStride(timesteps: number, steps: number): number {
  const refuse = (expected: string) => runnerError('bad-option', 'set', { expected, found: String(steps) })
  if (!Number.isInteger(steps) || steps < 2 || steps > timesteps)
    throw refuse(`steps from 2 to ${timesteps}: of 1 this sampler runs none`)
  const stride = Math.floor(timesteps / steps)
  // The sampler counts from 1: where the stride divides N − 1 its last step lies past the table.
  if ((timesteps - 1) % stride === 0)
    throw refuse(
      `steps whose stride, ${stride} of ${timesteps}, does not divide ${timesteps - 1} (5, 10, 20, 50 are usual)`,
    )
  return stride
}

/** ᾱ of every training step, the product of 1 − β with √β spaced evenly: multiplied in float64, kept in float32. */
function remainingSignal({ linearStart, linearEnd, timesteps }: NoiseLevels): Float32Array {
  const remaining = new Float32Array(timesteps)
  const [from, to] = [Math.sqrt(linearStart), Math.sqrt(linearEnd)]
  let product = 1
  for (let t = 0; t < timesteps; t++) {
    const beta = (from + (t / (timesteps - 1)) * (to - from)) ** 2
    remaining[t] = product *= 1 - beta
  }
  return remaining
}
