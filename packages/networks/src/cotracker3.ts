import { digestTensors } from './checkpoints/digest-tensors.ts'
import type { Checkpoint } from './checkpoints/tensor-reference.ts'
import { cotracker3 } from './cotracker3/model.ts'
import { Cotracker3Network, type NetworkOptions } from './cotracker3/network.ts'
import { trackOffline } from './cotracker3/offline.ts'
import { checkCotracker3 } from './cotracker3/tensors.ts'
import { type Tracker, TrackerError } from './tracklets.ts'

export interface Cotracker3Options extends NetworkOptions {
  /** Default 6. */
  iterations?: number | undefined
  /** Track a 6 × 6 grid along. Default true for the offline model, false for the online one, as the reference has it. */
  supportGrid?: boolean | undefined
}

/**
 * CoTracker3 (Karaev et al. 2024; facebookresearch/co-tracker) from `scaled_offline.pth`: clips of 2 to 60 frames, any
 * number of points, any video size.
 *
 * @throws TrackerError `wrong-checkpoint`, naming CoTracker 1 or 2; TensorsError for other checkpoints; ProviderError.
 * `track` throws TrackerError `not-frames`, `too-few-frames`, `too-many-frames`, `no-points`, `point-outside`, `closed`.
 */
export async function openCotracker3(checkpoint: Checkpoint, options: Cotracker3Options = {}): Promise<Tracker> {
  checkCotracker3(checkpoint, 'offline')
  const network = await Cotracker3Network.open(checkpoint, options)
  const { iterations = cotracker3.iterations, supportGrid = true } = options
  let open = true
  return {
    id: 'cotracker3-offline',
    digest: await digestTensors(checkpoint),
    settings: { iterations, support: supportGrid ? 'grid-6' : 'none' },
    track: async (frames, queries) => {
      if (!open) throw new TrackerError('closed', 'cotracker3-offline: the tracker is closed')
      return trackOffline(network, frames, queries, { iterations, supportGrid })
    },
    close: async () => {
      if (!open) return
      open = false
      await network.close()
    },
  }
}
