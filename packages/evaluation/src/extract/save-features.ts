import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { lockPath, removePartials, takeLock } from '@kinemetric/files'
import { benchmarkError } from '@kinemetric/benchmark'
import type { DistanceChoice, FeatureOrigin } from '@kinemetric/metrics'
import type { NetworkOptions, WeightUse } from '@kinemetric/networks'
import type { ClipFailure } from '@kinemetric/records'
import type { FeatureCache } from '../store/feature-cache.ts'
import { type ExtractEvents, type Extraction, extractSource } from './extract-features.ts'
import { openExtraction } from './open-extraction.ts'
import type { FeatureSourceAsk } from './feature-source.ts'
import { type FeatureSink, openNamedSink, openRowsSink, openStatisticsSink, rowsPath } from './feature-sinks.ts'

/** Where features go: rows (.npy, .npz) or their mean and covariance (.npz) into a file, or mean and covariance under a name. */
export type FeaturePlace = { out: string; statistics: boolean } | { name: string }

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
  onFailures?: ((failures: readonly ClipFailure[]) => void) | undefined
  /** Take the file's lock from a run on another machine of which nothing is known, without waiting until it counts as gone. */
  takeLock?: boolean | undefined
  signal?: AbortSignal | undefined
}

export interface SavedFeatures extends Extraction {
  origin: FeatureOrigin
  weights: WeightUse[]
  rows: number
  dimension: number
  path: string
}

/**
 * Extracts the features of a source and keeps them in a file that says where they come from.
 * @throws KinemetricError as `openNetwork` and `openFeatureSource`; `no-clips` where every clip failed; `exists`, `locked`, `disk-full`, `write-failed`;
 * `process-failed` where a process of its own died
 */
export async function saveFeatures(options: SaveFeaturesOptions): Promise<SavedFeatures> {
  const { choice, source, place, signal } = options
  const opened = await openExtraction(options)
  const { need, extractor, weights } = opened
  const { dimension, digest } = extractor
  let sink: FeatureSink | undefined
  try {
    const rows = (sink = await openSink(place, choice, dimension, options))
    const extraction = await extractSource(opened.source, dimension, opened.extract, {
      onRows: (block) => rows.add(block),
      onProgress: options.onProgress,
    })
    const { clips, failures, excluded } = extraction
    options.onFailures?.(failures)
    if (clips.length === 0)
      throw benchmarkError('no-clips', source, { expected: 'at least one clip with features', found: 'none' })
    const origin = {
      network: need.network,
      preprocessing: need.preprocessing,
      variant: need.variant,
      digest,
      excluded,
      clips: clips.length,
      failed: failures.length,
      ...(options.checkpoints?.[need.network] === undefined ? {} : { unverified: true }),
    }
    return { ...extraction, origin, weights, dimension, ...(await rows.finish(origin, signal)) }
  } finally {
    await sink?.discard()
    await opened.close()
  }
}

async function openSink(
  place: FeaturePlace,
  choice: DistanceChoice,
  dimension: number,
  { takeLock: take }: SaveFeaturesOptions,
): Promise<FeatureSink> {
  if ('name' in place) return openNamedSink(place.name, choice, dimension)
  const { out, statistics } = place
  const release = await takeLock(lockPath(out), { take })
  try {
    await removePartials(dirname(out), { of: [out, rowsPath(out)] })
    await rm(rowsPath(out), { force: true })
    const sink = statistics ? await openStatisticsSink(out, dimension) : await openRowsSink(out, dimension)
    return { ...sink, discard: () => sink.discard().finally(release) }
  } catch (error) {
    await release()
    throw error
  }
}
