import type { HostTensor } from '../../../src/session/session.ts'
import type { tinyGolden } from './tiny.ts'

interface Steps {
  step(feeds: Readonly<Record<string, HostTensor>>): Promise<HostTensor>
}

/** The last latents of a run of the original's, from its own noise and schedule, with guidance 1.5. */
export async function ddim(
  model: Steps,
  golden: Awaited<ReturnType<typeof tinyGolden>>,
  steps: number,
  conditions: Readonly<Record<'c_concat' | 'context', HostTensor>>,
): Promise<HostTensor> {
  const [noise, timesteps, a, aPrev, s] = await Promise.all(
    ['noise', 'timesteps', 'alphas', 'alphas_prev', 'sigmas'].map((name) => golden(`ddim.${steps}.${name}`)),
  )
  let latents: HostTensor = await golden(`ddim.${steps}.xT`)
  const size = 4 * 8 * 8
  for (const [step, t] of timesteps.data.entries()) {
    // The original's tables begin at the least noisy step.
    const index = timesteps.data.length - 1 - step
    latents = await model.step({
      ...conditions,
      latents,
      noise: { ...noise, data: noise.data.slice(step * size, (step + 1) * size), shape: [1, 4, 8, 8] },
      t: scalar(t),
      a: scalar(a.data[index]),
      a_prev: scalar(aPrev.data[index]),
      s: scalar(s.data[index]),
      guidance: scalar(1.5),
    })
  }
  return latents
}

export function scalar(value: number): HostTensor {
  return { type: 'float32', data: Float32Array.of(value), shape: [] }
}
