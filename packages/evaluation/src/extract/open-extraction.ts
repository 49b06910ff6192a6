import { type DistanceChoice, findRecipe } from '@kinemetric/metrics'
import { type NetworkOptions, openNetwork, type WeightUse } from '@kinemetric/networks'
import { featuresCost, jobsFor, threadsFor } from '../run/jobs.ts'
import type { FeatureCache } from '../store/feature-cache.ts'
import { type ExtractClips, oneByOne } from './extract-features.ts'
import { inProcesses } from './extract-in-processes.ts'
import { type FeatureSource, type FeatureSourceAsk, openFeatureSource } from './feature-source.ts'
import type { FeatureNetwork } from './write-features.ts'

export interface OpenExtractionOptions extends NetworkOptions, FeatureSourceAsk {
  choice: DistanceChoice
  jobs?: number | undefined
  cache?: FeatureCache | undefined
  signal?: AbortSignal | undefined
}

/** An extraction whose clips and network have been found and opened. */
export interface OpenExtraction {
  network: FeatureNetwork
  weights: WeightUse[]
  source: FeatureSource
  /** Here or in processes of their own, by how many clips there are. */
  extract: ExtractClips
  /** Closes what makes features; may be called again. */
  close(): Promise<void>
}

/** @throws KinemetricError as `openNetwork` and `openFeatureSource` */
export async function openExtraction(options: OpenExtractionOptions): Promise<OpenExtraction> {
  const { choice, cache, provider, batch, searchPath, checkpoints, signal, jobs } = options
  const { need } = findRecipe(choice.metric, choice.recipe)
  const network = { provider, batch, searchPath, checkpoints, threads: threadsFor(options) }
  const { network: extractor, weights } = await openNetwork('features', need, network)
  let closing: Promise<void> | undefined
  const close = () => (closing ??= extractor.close())
  try {
    const source = await openFeatureSource(options, extractor.rows)
    const { exclude } = source
    const { digest, dimension } = extractor
    const cached = cache && ({ cache, side: 'reference', need, provider: provider ?? 'cpu' } as const)
    const here = oneByOne({ extractor, exclude, cached }, signal)
    const extract: ExtractClips = async (clips, take) => {
      const processes = jobsFor({ jobs, threads: options.threads, provider }, featuresCost, clips.length)
      if (processes === 1) return here(clips, take)
      // They open the network for themselves: this process holds none meanwhile.
      await close()
      const { protocol } = options
      const there = { ...network, threads: network.threads ?? 1 }
      const ask = { source: options.source, protocol, exclude: options.exclude }
      return inProcesses({ ...ask, need, network: there, jobs: processes, digest, cache, signal })(clips, take)
    }
    const { preprocessing, variant } = need
    const unverified = checkpoints?.[need.network] !== undefined
    const described = { network: need.network, preprocessing, variant, digest, dimension, unverified }
    return { network: described, weights, source, extract, close }
  } catch (error) {
    await close()
    throw error
  }
}
