import { type FeatureNeeds, needsKey } from '@kinemetric/metrics'
import type { FeatureExtractor } from '@kinemetric/networks'
import type { FrameArray } from '@kinemetric/video'
import type { ScoredClip } from '../journal/measurement.ts'
import type { ClipScorer, ComparedClip } from './measurer.ts'
import { type ComparedFeatures, compareDistributions } from '../conclude/compare-distributions.ts'
import { cacheAddress, type CacheSide, type FeatureCache, type FeatureKey } from '../store/feature-cache.ts'
import { featureArrays, featureKey } from '../store/feature-key.ts'
import { gatherFeatures } from '../store/kept-features.ts'
import { metricFailures } from './metric-failures.ts'
import { type MetricName, metricKey, scoredFrames } from '../plan/metric-name.ts'
import type { Protocol } from '@kinemetric/benchmark'
import { summariseDistribution } from '../conclude/summarise-distribution.ts'

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
  const keyOf = (sha256: string, scored: readonly number[]): FeatureKey =>
    featureKey(extractor, needs, provider, sha256, scored)
  const extract = async (frames: FrameArray, key: FeatureKey, side: CacheSide): Promise<string> => {
    const { address } = await cache.get(key, side, async () =>
      featureArrays(await extractor.extract(frames), extractor.dimension),
    )
    return address
  }
  const placesOf = (clips: readonly ScoredClip[], side: CacheSide) =>
    clips.flatMap(({ clip, features }) =>
      features[feature] === undefined ? [] : [{ clip, address: features[feature][side] }],
    )
  const compared = async (
    clips: readonly ScoredClip[],
    others: readonly ComparedClip[],
  ): Promise<ComparedFeatures | string> => {
    const byClip = new Map(others.map((other) => [other.clip, other]))
    const common: { clip: ScoredClip; address: string }[] = []
    for (const clip of clips) {
      const other = byClip.get(clip.clip)
      // Held against another reference, or not scored: no pair.
      if (other?.reference !== clip.reference || clip.features[feature] === undefined) continue
      const address = cacheAddress(keyOf(other.generated, scoredFrames(clip.frames, protocol.identity.excludedFrames)))
      if (await cache.has(address)) common.push({ clip, address })
    }
    if (common.length < 2) return `its features of ${common.length} clips are in the cache`
    const own = common.map(({ clip }) => clip)
    return {
      own: await gatherFeatures(placesOf(own, 'generated'), cache),
      reference: await gatherFeatures(placesOf(own, 'reference'), cache),
      other: await gatherFeatures(
        common.map(({ clip, address }) => ({ clip: clip.clip, address })),
        cache,
      ),
    }
  }
  return {
    keys: shown.map(metricKey),
    uses: 'network',
    score: (pair) =>
      metricFailures(pair.reference.id, shown, async () => {
        const reference = await extract(pair.referenceScored, keyOf(pair.referenceSha256, pair.scored), 'reference')
        const generated = await extract(pair.generatedScored, keyOf(pair.generatedSha256, pair.scored), 'generated')
        return { features: { [feature]: { generated, reference } } }
      }),
    summarise: async (clips) => {
      const generated = await gatherFeatures(placesOf(clips, 'generated'), cache)
      const reference = await gatherFeatures(placesOf(clips, 'reference'), cache)
      const scores = []
      for (const name of shown) scores.push(await summariseDistribution(name, generated, reference, protocol))
      return scores
    },
    compare: async (clips, other, scores) => {
      const features = await compared(clips, other.clips)
      if (typeof features !== 'string') return compareDistributions(shown, scores, other.record, features, protocol)
      const ids = shown.map(({ info }) => info.id).join(', ')
      return { comparisons: [], warnings: [`${ids} not compared with ${other.record.method.id}: ${features}`] }
    },
    close: () => extractor.close(),
  }
}
