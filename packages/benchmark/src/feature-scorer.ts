import { type FeatureMatrix, type FeatureNeeds, needsKey } from '@kinemetric/metrics'
import type { FeatureExtractor } from '@kinemetric/networks'
import type { FrameArray } from '@kinemetric/video'
import { BenchmarkError } from './benchmark-error.ts'
import type { ScoredClip } from './clip-outcome.ts'
import type { ClipScorer } from './clip-scorer.ts'
import type { CacheSide, FeatureCache } from './feature-cache.ts'
import { metricFailures } from './metric-failures.ts'
import { type MetricName, metricKey } from './metric-name.ts'
import type { Protocol } from './protocol-schema.ts'
import { summariseDistribution } from './summarise-distribution.ts'

/** Raised when the same frames would give other features than before. */
const FEATURES_VERSION = 1

/**
 * FID, KID, FVD and KVD under recipes that share one network and preprocessing: features clip by clip through the cache, kept on disk; the distances
 * at the end.
 */
export function openFeatureScorer(
  names: readonly MetricName[],
  needs: FeatureNeeds,
  extractor: FeatureExtractor,
  protocol: Protocol,
  provider: string,
  cache: FeatureCache,
): ClipScorer {
  const feature = needsKey(needs)
  const shown = names.map((name) => ({ ...name, extra: { ...name.extra, weights: extractor.digest.slice(0, 12) } }))
  const extract = async (
    frames: FrameArray,
    sha256: string,
    scored: readonly number[],
    side: CacheSide,
  ): Promise<string> => {
    const key = {
      kind: 'features' as const,
      version: FEATURES_VERSION,
      frames: sha256,
      network: extractor.network,
      digest: extractor.digest,
      input: `${feature} frames ${scored.join(',')}`,
      provider,
    }
    const { address } = await cache.get(key, side, async () => {
      const data = await extractor.extract(frames)
      return { rows: { shape: [data.length / extractor.dimension, extractor.dimension], data } }
    })
    return address
  }
  return {
    keys: shown.map(metricKey),
    uses: 'network',
    score: (pair) =>
      metricFailures(pair.reference.id, shown, async () => {
        const reference = await extract(pair.referenceScored, pair.referenceSha256, pair.scored, 'reference')
        const generated = await extract(pair.generatedScored, pair.generatedSha256, pair.scored, 'generated')
        return { features: { [feature]: { generated, reference } } }
      }),
    summarise: async (clips) => {
      const generated = await gatherFeatures(clips, feature, 'generated', cache)
      const reference = await gatherFeatures(clips, feature, 'reference', cache)
      const scores = []
      for (const name of shown) scores.push(await summariseDistribution(name, generated, reference, protocol))
      return scores
    },
    close: () => extractor.close(),
  }
}

/** Kept rows of one side in the order of the clips, and whose they are. */
export interface KeptFeatures extends FeatureMatrix {
  /** Names of the clips that `clipOfRow` counts. */
  clips: string[]
}

/** Reads the rows of every clip that has them. Throws BenchmarkError `cache-lost` where an entry has gone. */
export async function gatherFeatures(
  clips: readonly Pick<ScoredClip, 'clip' | 'features'>[],
  feature: string,
  side: CacheSide,
  cache: FeatureCache,
): Promise<KeptFeatures> {
  const parts: Float32Array[] = []
  const names: string[] = []
  const clipOfRow: number[] = []
  let dimension = 1
  for (const clip of clips) {
    const address = clip.features[feature]?.[side]
    if (address === undefined) continue
    const rows = (await cache.read(address))?.rows
    if (rows === undefined)
      throw new BenchmarkError(
        'cache-lost',
        address,
        `expected the ${feature} features of ${clip.clip}, found none; run again to compute them`,
      )
    dimension = rows.shape[1]
    for (let row = 0; row < rows.shape[0]; row++) clipOfRow.push(names.length)
    names.push(clip.clip)
    parts.push(rows.data)
  }
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    data.set(part, offset)
    offset += part.length
  }
  return { data, rows: data.length / dimension, dimension, clipOfRow: Int32Array.from(clipOfRow), clips: names }
}
