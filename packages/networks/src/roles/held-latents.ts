import { areFinite } from '../session/are-finite.ts'
import { float32Data, type HostTensor } from '../session/session.ts'
import { networkError } from '../tracklets/network-error.ts'
import type { HeldLatents, LatentModel } from './latent-model.ts'

/** Steps whose latents stay where the networks are, made of steps that give them: those of the last step are held, no others. */
export function heldSteps(step: LatentModel['step']): Pick<LatentModel, 'stepHeld' | 'readHeld'> {
  let last: { readonly held: string; readonly latents: HostTensor } | undefined
  let count = 0
  const latentsOf = ({ held }: HeldLatents): HostTensor => {
    if (held === last?.held) return last.latents
    const found = last === undefined ? 'none: the networks were opened anew since' : 'those of another step'
    throw networkError('not-held', held, { expected: 'the latents of the last step', found })
  }
  return {
    stepHeld: async (feeds) => {
      const given: Record<string, HostTensor> = {}
      for (const [name, value] of Object.entries(feeds)) given[name] = 'held' in value ? latentsOf(value) : value
      const latents = await step(given)
      // No process gives a name that another one gave.
      last = { held: `${process.pid}/${++count}`, latents }
      return { held: last.held, shape: latents.shape, finite: areFinite(float32Data(latents)) }
    },
    readHeld: async (latents) => latentsOf(latents),
  }
}
