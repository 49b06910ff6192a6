import { benchmarkError } from '@kinemetric/benchmark'
import { type FeatureNeed, type NetworkOptions, openNetwork } from '@kinemetric/networks'
import { type Counters, countersSince } from '../store/cache-counters.ts'
import { FeatureCache } from '../store/feature-cache.ts'
import { type ClipFeatures, clipFeatures, decodeClip } from './clip-features.ts'
import { type FeatureSourceAsk, openFeatureSource } from './feature-source.ts'

/** What a process of its own is told. */
export interface ExtractWorkerOptions extends FeatureSourceAsk {
  need: FeatureNeed
  network: NetworkOptions
  /** Folder of the cache; without one every clip runs the network. */
  cache: string | undefined
}

/** A clip that was done in a process of its own. */
export interface ExtractWorkerResult {
  features: ClipFeatures
  /** Of the network's tensors, as found there. */
  digest: string
  /** What the cache did for it. */
  counters: Counters
  /** Cache trouble since the last one. */
  warnings: string[]
}

/** Opens a source and a network in a process of its own. @returns what makes features of a clip, given its name @throws as `saveFeatures` */
export async function openExtractWorker({
  need,
  network,
  cache: folder,
  ...ask
}: ExtractWorkerOptions): Promise<(id: string) => Promise<ExtractWorkerResult>> {
  const { network: extractor } = await openNetwork('features', need, network)
  const { clips, exclude } = await openFeatureSource(ask, extractor.rows)
  const byId = new Map(clips.map((clip) => [clip.id, clip]))
  const warnings: string[] = []
  const cache = new FeatureCache(folder, undefined, (message) => warnings.push(message))
  const provider = network.provider ?? 'cpu'
  const cached = folder === undefined ? undefined : ({ cache, side: 'reference', need, provider } as const)
  let before = structuredClone(cache.counters)
  return async (id) => {
    const clip = byId.get(id)
    if (clip === undefined) throw changedMeanwhile(ask.source, `none of ${id} any more`)
    const features = await clipFeatures(decodeClip(clip), { extractor, exclude, cached })
    const now = structuredClone(cache.counters)
    const counters = countersSince(before, now)
    before = now
    return { features, digest: extractor.digest, counters, warnings: warnings.splice(0) }
  }
}

/** The error of inputs that were not the same in all processes. */
export function changedMeanwhile(source: string, found: string) {
  return benchmarkError('other-inputs', source, {
    expected: 'files that stay as they are while features are made of them',
    found,
  })
}
