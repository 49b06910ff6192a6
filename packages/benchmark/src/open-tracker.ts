import {
  locateWeight,
  openCheckpoint,
  openCotracker3,
  openLucasKanade,
  type Tracker,
  type TrackerId,
  WeightsMissingError,
} from '@kinemetric/networks'
import { BenchmarkError } from './benchmark-error.ts'
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
  if (choice === 'cotracker3-online')
    throw new BenchmarkError(
      'bad-option',
      'tracker',
      'expected auto, cotracker3-offline or lucas-kanade; found cotracker3-online',
    )
  try {
    return await openOffline(options)
  } catch (error) {
    if (choice !== 'auto' || !(error instanceof WeightsMissingError)) throw error
    return { tracker: await openLucasKanade(), weights: [] }
  }
}

async function openOffline({ provider, threads, searchPath, checkpoints }: NetworkOptions): Promise<OpenedTracker> {
  if (checkpoints?.cotracker3 !== undefined) {
    const tracker = await openCotracker3(await openCheckpoint(checkpoints.cotracker3), { provider, threads })
    return { tracker, weights: [await unverifiedUse(checkpoints.cotracker3)] }
  }
  const id = 'cotracker3-scaled-offline'
  const weight = await locateWeight(id, {
    searchPath,
  })
  const tracker = await openCotracker3(weight.checkpoint, { provider, threads })
  return { tracker, weights: [{ id, sha256: weight.sha256, licence: weight.entry.licence }] }
}
