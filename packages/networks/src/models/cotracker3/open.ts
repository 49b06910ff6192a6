import { digestTensors } from '../../checkpoints/digest-tensors.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import { cotracker3 } from './model.ts'
import { Cotracker3Network, type NetworkOptions } from './network.ts'
import { trackOffline } from './offline.ts'
import { trackOnline } from './online.ts'
import { checkCotracker3, type Cotracker3Model, modelOf } from './tensors.ts'
import type { NetworkOpener } from '../../roles/network-card.ts'
import { requireKnown } from '../../roles/read-choice.ts'
import type { Tracker } from '../../roles/tracker.ts'
import { networkError } from '../../tracklets/network-error.ts'

export interface Cotracker3Options extends NetworkOptions {
  /** The model that the checkpoint must be; by default the one that it is. */
  model?: Cotracker3Model | undefined
  /** Default 6. */
  iterations?: number | undefined
  /** Track a 6 × 6 grid along. Default true for the offline model, false for the online one, as the reference has it. */
  supportGrid?: boolean | undefined
}

/**
 * CoTracker3 (Karaev et al. 2024; facebookresearch/co-tracker): any number of points, any video size. The offline model
 * (`scaled_offline.pth`) takes clips of 2 to 60 frames at once, the online one (`scaled_online.pth`) clips of any length
 * in windows of 16. Their tracks differ.
 *
 * @throws KinemetricError `wrong-checkpoint`, naming CoTracker 1, 2 or the other model; `wrong-tensors` for other checkpoints;
 * `not-available`. `track` throws `not-frames`, `too-few-frames`, `too-many-frames`, `no-points`,
 * `point-outside`, `closed`.
 */
export async function openCotracker3(checkpoint: Checkpoint, options: Cotracker3Options = {}): Promise<Tracker> {
  const model = options.model ?? modelOf(checkpoint)
  checkCotracker3(checkpoint, model)
  const network = await Cotracker3Network.open(checkpoint, options)
  const { iterations = cotracker3.iterations, supportGrid = model === 'offline' } = options
  const follow = model === 'offline' ? trackOffline : trackOnline
  const id = `cotracker3-${model}` as const
  let open = true
  return {
    id,
    digest: await digestTensors(checkpoint),
    settings: { iterations, support: supportGrid ? 'grid-6' : 'none' },
    track: async (frames, queries) => {
      if (!open) throw networkError('closed', id, 'the tracker is closed')
      return follow(network, frames, queries, { iterations, supportGrid })
    },
    close: async () => {
      if (!open) return
      open = false
      await network.close()
    },
  }
}

/** One of CoTracker3's models as a card asks for it: there is nothing to choose. */
export function cotracker3Opener(model: Cotracker3Model): NetworkOpener<'tracklets'> {
  return async ({ network }, choice, run) => {
    requireKnown(`cotracker3-${model}`, { ...choice, ...choice.settings, settings: undefined }, [])
    return openCotracker3(network, { ...run, model })
  }
}

/** The network that a checkpoint of CoTracker3 is, by the length of its time embedding; the offline one where that says nothing. */
export function cotracker3Of(checkpoint: Checkpoint): 'cotracker3-offline' | 'cotracker3-online' {
  return `cotracker3-${modelOf(checkpoint)}`
}
