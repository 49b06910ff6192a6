import type { FeatureExtractor, FeatureNeed } from '@kinemetric/networks'
import type { FrameArray } from '@kinemetric/video'
import type { NeedUse } from '../journal/journal-identity.ts'
import type { MetricName } from '../plan/metric-name.ts'
import { type CacheSide, entryBytes, type FeatureCache } from '../store/feature-cache.ts'
import { featureArrays, featureKey } from '../store/feature-key.ts'
import type { Measurer } from './measurer.ts'
import { metricFailures } from './metric-failures.ts'

/** Metrics made of rows of features: the rows are kept, clip by clip; the numbers come at the end. */
export function featureMeasurer(
  use: NeedUse,
  names: readonly MetricName[],
  need: FeatureNeed,
  extractor: FeatureExtractor,
  { provider, cache }: { provider: string; cache: FeatureCache },
): Measurer {
  const extract = async (frames: FrameArray, sha256: string, scored: readonly number[], side: CacheSide) => {
    const key = featureKey(extractor, need, provider, sha256, scored)
    const rows = async () => featureArrays(await extractor.extract(frames), extractor.dimension)
    return (await cache.get(key, side, rows)).address
  }
  return {
    use,
    names,
    uses: 'network',
    keeps: ({ scored }) => entryBytes((extractor.rows === 'frame' ? scored : 1) * extractor.dimension),
    measure: (pair) =>
      metricFailures(pair.reference.id, names, async () => {
        const { scored } = pair
        const reference = await extract(pair.referenceScored, pair.referenceSha256, scored, 'reference')
        const generated = await extract(pair.generatedScored, pair.generatedSha256, scored, 'generated')
        return { kept: { [use.key]: { generated, reference } } }
      }),
  }
}
