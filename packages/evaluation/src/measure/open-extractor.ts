import type { FeatureNeeds, I3dResize, InceptionResize } from '@kinemetric/metrics'
import {
  type Checkpoint,
  type FeatureExtractor,
  locateWeight,
  openCheckpoint,
  openI3d,
  openInception,
  type Provider,
  WeightsMissingError,
} from '@kinemetric/networks'
import { unverifiedUse, type WeightUse } from './weight-use.ts'

export interface OpenExtractorOptions {
  /** A checkpoint file of one's own, in place of the catalogue's: nothing vouches for its content. */
  checkpoint?: string | undefined
  provider?: Provider | undefined
  threads?: number | undefined
  /** Folders that may hold the weights, in place of the usual ones. */
  searchPath?: readonly string[] | undefined
}

export interface OpenedExtractor {
  extractor: FeatureExtractor
  weights: WeightUse[]
}

/**
 * Opens the network that gives features as a recipe needs them, from the first of the recipe's checkpoints that is there.
 * Throws WeightsMissingError (of the recipe's own checkpoint), CheckpointError and TensorsError for a file that is none of this network's,
 * ProviderError.
 */
export async function openExtractor(needs: FeatureNeeds, options: OpenExtractorOptions = {}): Promise<OpenedExtractor> {
  const { checkpoint, weight } =
    options.checkpoint === undefined
      ? await firstOf(needs.checkpoints, options.searchPath)
      : await ownCheckpoint(options.checkpoint)
  const session = { provider: options.provider, threads: options.threads }
  const extractor =
    needs.network === 'inception-2015-12-05'
      ? await openInception(checkpoint, { ...session, preprocessing: needs.preprocessing as InceptionResize })
      : await openI3d(checkpoint, {
          ...session,
          preprocessing: needs.preprocessing as I3dResize,
          batchNormEpsilon: needs.batchNormEpsilon,
        })
  return { extractor, weights: [weight] }
}

async function firstOf(ids: readonly string[], searchPath: readonly string[] | undefined) {
  let missing: WeightsMissingError | undefined
  for (const id of ids) {
    try {
      const { checkpoint, sha256, entry } = await locateWeight(id, { searchPath })
      return { checkpoint, weight: { id, sha256, licence: entry.licence } }
    } catch (error) {
      if (!(error instanceof WeightsMissingError)) throw error
      missing ??= error
    }
  }
  throw missing ?? new RangeError('expected a recipe to name a checkpoint, found none')
}

async function ownCheckpoint(path: string): Promise<{ checkpoint: Checkpoint; weight: WeightUse }> {
  const checkpoint = await openCheckpoint(path)
  return { checkpoint, weight: await unverifiedUse(path) }
}
