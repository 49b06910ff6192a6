import type { FeatureExtractor, FeatureNeed } from '@kinemetric/networks'
import type { ClipVideo } from '../clips/clip-pair.ts'
import type { NeedUse } from '../journal/journal-identity.ts'
import type { MetricName } from '../plan/metric-name.ts'
import { entryBytes, type FeatureCache } from '../store/feature-cache.ts'
import { featureArrays, featureKey } from '../store/feature-key.ts'
import { measuredValues } from './measured-values.ts'
import type { VideoMeasurer } from './measurer.ts'
import { metricFailures } from './metric-failures.ts'

/** Metrics made of a network's rows of the generated frames alone: their values come at once, and the rows stay in the cache for another run. */
export function videoFeatureMeasurer(
  use: NeedUse,
  names: readonly MetricName[],
  need: FeatureNeed,
  extractor: FeatureExtractor,
  { provider, cache }: { provider: string; cache: FeatureCache },
): VideoMeasurer {
  const { dimension } = extractor
  const rowsOf = async ({ generatedScored, generatedSha256, scored }: ClipVideo) => {
    const key = featureKey(extractor, need, provider, generatedSha256, scored)
    const make = async () => featureArrays(await extractor.extract(generatedScored), dimension)
    return (await cache.get(key, 'generated', make)).arrays.rows.data
  }
  return {
    use,
    names,
    alone: true,
    uses: 'network',
    keeps: ({ scored }) => entryBytes(scored * dimension),
    measure: (video) =>
      metricFailures(video.reference.id, names, async () =>
        measuredValues(video.reference.id, names, { rows: await rowsOf(video), dimension, scored: video.scored }),
      ),
  }
}
