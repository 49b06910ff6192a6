import type { MeasuredSet, MetricSpec, RecipeInfo } from '@kinemetric/metrics'
import { needKey } from '../plan/need-key.ts'
import { scoredFrames } from '../plan/protocol-extra.ts'
import { cacheAddress, type FeatureCache } from '../store/feature-cache.ts'
import { featureKey } from '../store/feature-key.ts'
import { gatherFeatures } from '../store/kept-features.ts'
import type { ComparedRecord } from './compared-record.ts'
import type { PairedReferences } from './paired-references.ts'

/** A metric that compares sets, under the recipe of a score. */
export interface SetMetric {
  metric: MetricSpec
  recipe: RecipeInfo
}

/** Addresses of a clip's features in the cache, a side. */
export interface Place {
  generated: string
  reference: string
}

/** Where a record's features are kept, by clip; in words why there are none. */
export async function featurePlaces(
  { record, hashes }: ComparedRecord,
  { metric, recipe }: SetMetric,
  references: PairedReferences,
  store: FeatureCache,
): Promise<Map<string, Place> | string> {
  const need = metric.needs(recipe)
  if (need.kind !== 'features') return 'it is not made of rows of features'
  const use = record.provenance.networks?.find(({ key }) => key === needKey(need))
  if (use === undefined) return 'its record does not say which network it was scored with: score it again to compare it'
  if ([...(hashes?.values() ?? [])].some(({ length }) => length > 1))
    return 'several samples a clip: distances between sets are compared of one sample only'
  const extractor = { network: use.network, digest: use.digest, preprocessing: need.ask.preprocessing }
  const places = new Map<string, Place>()
  let clips = 0
  for (const [clip, [hash]] of hashes ?? []) {
    if (!references.comparable(clip)) continue
    clips++
    const scored = scoredFrames(hash.frames, record.protocol.excludedFrames)
    const [generated, reference] = [hash.generated, hash.reference].map((frames) =>
      cacheAddress(featureKey(extractor, need.ask, record.provenance.provider, frames, scored)),
    )
    if ((await store.has(generated)) && (await store.has(reference))) places.set(clip, { generated, reference })
  }
  return places.size < clips ? `the features of ${clips - places.size} of ${clips} clips are not in the cache` : places
}

/** A method's rows of some clips, read when a metric asks for them. @throws KinemetricError `cache-lost` where some have gone meanwhile */
export function keptSet(
  places: ReadonlyMap<string, Place>,
  clips: readonly string[],
  references: PairedReferences,
  store: FeatureCache,
): MeasuredSet {
  return {
    clips: clips.map((clip) => ({
      clip,
      unit: references.unitOf(clip),
      weight: references.weightOf(clip),
      values: undefined,
      notes: undefined,
      objects: undefined,
    })),
    rows: (side) =>
      gatherFeatures(
        clips.map((clip) => ({ clip, address: places.get(clip)?.[side] ?? '' })),
        store,
      ),
    tracklets: () => Promise.resolve(undefined),
  }
}
