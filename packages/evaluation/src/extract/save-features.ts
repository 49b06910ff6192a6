import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { lockPath, removePartials, takeLock } from '@kinemetric/files'
import { benchmarkError } from '@kinemetric/benchmark'
import { type DistanceChoice, type FeatureOrigin, findRecipe } from '@kinemetric/metrics'
import { type NetworkOptions, openNetwork, type WeightUse } from '@kinemetric/networks'
import type { ClipFailure } from '@kinemetric/records'
import type { FeatureCache } from '../store/feature-cache.ts'
import { type Extraction, extractFeatures } from './extract-features.ts'
import { type FeatureSink, openNamedSink, openRowsSink, openStatisticsSink, rowsPath } from './feature-sinks.ts'

/** Where features go: rows (.npy, .npz) or their mean and covariance (.npz) into a file, or mean and covariance under a name. */
export type FeaturePlace = { out: string; statistics: boolean } | { name: string }

export interface SaveFeaturesOptions extends NetworkOptions {
  /** The recipe that says how the network's frames are prepared. */
  choice: DistanceChoice
  /** As `extractFeatures` takes it. */
  source: string
  place: FeaturePlace
  /** Frames that are left out of every clip; a manifest's protocol names its own. */
  exclude?: readonly number[] | undefined
  /** Where features are looked for and kept, so that an interrupted extraction goes on. */
  cache?: FeatureCache | undefined
  onProgress?: ((event: { done: number; total: number; clip: string }) => void) | undefined
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
 * @throws KinemetricError as `extractFeatures` and `openNetwork`; `no-clips` where every clip failed; `exists`, `locked`, `disk-full`, `write-failed`
 */
export async function saveFeatures(options: SaveFeaturesOptions): Promise<SavedFeatures> {
  const { choice, source, place, cache, provider, checkpoints, signal } = options
  const { need } = findRecipe(choice.metric, choice.recipe)
  const { network: extractor, weights } = await openNetwork('features', need, options)
  const { dimension, digest } = extractor
  let sink: FeatureSink | undefined
  try {
    const opened = (sink = await openSink(place, choice, dimension, options))
    const extraction = await extractFeatures({
      source,
      extractor,
      exclude: options.exclude,
      cached: cache && { cache, side: 'reference', need, provider: provider ?? 'cpu' },
      onRows: (rows) => opened.add(rows),
      onProgress: options.onProgress,
      signal,
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
      ...(checkpoints?.[need.network] === undefined ? {} : { unverified: true }),
    }
    return { ...extraction, origin, weights, dimension, ...(await opened.finish(origin, signal)) }
  } finally {
    await sink?.discard()
    await extractor.close()
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
