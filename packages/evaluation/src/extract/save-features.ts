import type { DistanceChoice } from '@kinemetric/metrics'
import type { NetworkOptions, WeightUse } from '@kinemetric/networks'
import type { FeatureCache } from '../store/feature-cache.ts'
import type { ExtractEvents } from './extract-features.ts'
import type { FeatureSourceAsk } from './feature-source.ts'
import { openExtraction } from './open-extraction.ts'
import { requireRowsRoom } from './require-rows-room.ts'
import { type FeaturePlace, type WriteFeatures, writeFeatures, type WrittenFeatures } from './write-features.ts'

export interface SaveFeaturesOptions extends NetworkOptions, FeatureSourceAsk {
  /** The recipe that says how the network's frames are prepared. */
  choice: DistanceChoice
  place: FeaturePlace
  /**
   * How many processes work, each with a network of one thread. Not given: as many as there are cores and memory for, where there are clips enough to be worth
   * it; otherwise this process, with a network of `threads`. The rows are the same for any number.
   */
  jobs?: number | undefined
  /** Where features are looked for and kept, so that an interrupted extraction goes on. */
  cache?: FeatureCache | undefined
  onProgress?: ExtractEvents['onProgress']
  /** Called when every clip was tried, before the file gets its name. */
  onFailures?: WriteFeatures['onFailures']
  /** Take the file's lock from a run on another machine of which nothing is known, without waiting until it counts as gone. */
  takeLock?: boolean | undefined
  signal?: AbortSignal | undefined
}

export interface SavedFeatures extends WrittenFeatures {
  weights: WeightUse[]
}

/**
 * Extracts the features of a source and keeps them in a file that says where they come from.
 * @throws KinemetricError as `openNetwork` and `openFeatureSource`; `no-clips` where every clip failed; `exists`, `locked`, `disk-full`, `write-failed`;
 * `process-failed` where a process of its own died
 */
export async function saveFeatures(options: SaveFeaturesOptions): Promise<SavedFeatures> {
  const { choice, place } = options
  const opened = await openExtraction(options)
  try {
    const named = 'name' in place ? { ...place, choice } : place
    const { source, extract, network } = opened
    if ('out' in place && !place.statistics) await requireRowsRoom(place.out, source.clips.length, network.dimension)
    const written = await writeFeatures({ ...options, place: named, title: options.source, source, extract, network })
    return { ...written, weights: opened.weights }
  } finally {
    await opened.close()
  }
}
