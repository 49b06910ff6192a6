import {
  locateWeight,
  openCheckpoint,
  openCotracker3,
  openLucasKanade,
  type Tracker,
  type TrackerId,
  WeightsMissingError,
} from '@kinemetric/networks'
import type { NetworkOptions } from './network-options.ts'
import { unverifiedUse, type WeightUse } from './weight-use.ts'

/** `auto`: CoTracker3 offline where its weights are, Lucas-Kanade otherwise. */
export type TrackerChoice = 'auto' | TrackerId

export interface OpenedTracker {
  tracker: Tracker
  weights: WeightUse[]
}

/** Opens a tracker. Throws WeightsMissingError for a CoTracker3 that was asked for by name, TrackerError, ProviderError. */
export async function openTracker(choice: TrackerChoice, options: NetworkOptions): Promise<OpenedTracker> {
  if (choice === 'lucas-kanade') return { tracker: await openLucasKanade(), weights: [] }
  try {
    return await openCotracker(choice === 'cotracker3-online' ? 'online' : 'offline', options)
  } catch (error) {
    if (choice !== 'auto' || !(error instanceof WeightsMissingError)) throw error
    return { tracker: await openLucasKanade(), weights: [] }
  }
}

/** The model's own checkpoint, or one given by hand, which must be of that model. */
async function openCotracker(
  model: 'offline' | 'online',
  { provider, threads, searchPath, checkpoints }: NetworkOptions,
): Promise<OpenedTracker> {
  if (checkpoints?.cotracker3 !== undefined) {
    const tracker = await openCotracker3(await openCheckpoint(checkpoints.cotracker3), { model, provider, threads })
    return { tracker, weights: [await unverifiedUse(checkpoints.cotracker3)] }
  }
  const id = `cotracker3-scaled-${model}`
  const weight = await locateWeight(id, { searchPath })
  const tracker = await openCotracker3(weight.checkpoint, { model, provider, threads })
  return { tracker, weights: [{ id, sha256: weight.sha256, licence: weight.entry.licence }] }
}
