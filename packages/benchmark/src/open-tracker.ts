import { openLucasKanade, type Tracker, type TrackerId } from '@kinemetric/networks'
import { BenchmarkError } from './benchmark-error.ts'
import type { NetworkOptions } from './network-options.ts'
import type { WeightUse } from './weight-use.ts'

/** `auto`: CoTracker3 offline where its weights are, Lucas-Kanade otherwise. */
export type TrackerChoice = 'auto' | TrackerId

/** Opens a tracker. Throws WeightsMissingError for a CoTracker3 that was asked for by name, ProviderError. */
export async function openTracker(
  choice: TrackerChoice,
  _options: NetworkOptions,
): Promise<{ tracker: Tracker; weights: WeightUse[] }> {
  if (choice !== 'auto' && choice !== 'lucas-kanade')
    throw new BenchmarkError('bad-option', 'tracker', `expected lucas-kanade; ${choice} is being written`)
  return { tracker: await openLucasKanade(), weights: [] }
}
