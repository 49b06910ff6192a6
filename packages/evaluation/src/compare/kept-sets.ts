import {
  areHeld,
  type ClipRows,
  isTracked,
  type MeasuredSet,
  type MetricSpec,
  type RecipeInfo,
  rowsAsked,
  type Side,
} from '@kinemetric/metrics'
import { needKey } from '../plan/need-key.ts'
import { scoredFrames } from '../plan/protocol-extra.ts'
import { cacheAddress } from '../store/feature-cache.ts'
import { featureKey, trackedRowsKey } from '../store/feature-key.ts'
import type { FeatureReader } from '../store/feature-reader.ts'
import { keptRows } from '../store/stored-features.ts'
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

/** Addresses of a record's features, by clip in the order of its hashes; in words why there are none. */
export function featureAddresses(
  { record, hashes }: Pick<ComparedRecord, 'record' | 'hashes'>,
  { metric, recipe }: SetMetric,
  references: Pick<PairedReferences, 'comparable'>,
): Map<string, Place> | string {
  const need = metric.needs(recipe)
  const ask = rowsAsked(need)
  if (ask === undefined) return 'it is not made of rows of features'
  const use = record.provenance.networks?.find(({ key }) => key === needKey(need))
  if (use === undefined) return 'its record does not say which network it was scored with: score it again to compare it'
  if ([...(hashes?.values() ?? [])].some(({ length }) => length > 1))
    return 'several samples a clip: distances between sets are compared of one sample only'
  if (!isTracked(need) && use.network !== ask.network)
    return `its record names ${use.network} for features of ${ask.network}`
  const { provider } = record.provenance
  const keyOf = (frames: string, scored: readonly number[]) =>
    isTracked(need)
      ? trackedRowsKey(use, ask, provider, frames, scored)
      : featureKey({ ...use, preprocessing: ask.preprocessing }, ask, provider, frames, scored)
  const places = new Map<string, Place>()
  for (const [clip, [hash]] of hashes ?? []) {
    if (!references.comparable(clip)) continue
    if (hash.reference === undefined) continue
    const scored = scoredFrames(hash.frames, record.protocol.excludedFrames)
    const [generated, reference] = [hash.generated, hash.reference].map((frames) => cacheAddress(keyOf(frames, scored)))
    places.set(clip, { generated, reference })
  }
  return places
}

/** How it ends what is said where features have gone. */
export const notKept = 'are not in the cache'

/** Where a record's features are kept, by clip; in words why there are none, or not of all clips. */
export async function featurePlaces(
  owner: Pick<ComparedRecord, 'record' | 'hashes'>,
  named: SetMetric,
  references: Pick<PairedReferences, 'comparable'>,
  store: FeatureReader,
): Promise<Map<string, Place> | string> {
  const places = featureAddresses(owner, named, references)
  if (typeof places === 'string') return places
  let missing = 0
  for (const { generated, reference } of places.values())
    if (!(await store.has(generated)) || !(await store.has(reference))) missing++
  return missing > 0 ? `the features of ${missing} of ${places.size} clips ${notKept}` : places
}

/** A method's rows of some clips, read when a metric asks for them. @throws KinemetricError `cache-lost` where some have gone meanwhile */
export function keptSet(
  places: ReadonlyMap<string, Place>,
  clips: readonly string[],
  references: Pick<PairedReferences, 'unitOf' | 'weightOf'>,
  store: FeatureReader,
): MeasuredSet {
  // Rows in memory are not kept between questions, those in files only name where they are.
  const stored = new Map<Side, ClipRows>()
  const read = async (side: Side): Promise<ClipRows> => {
    const rows = await keptRows(
      clips.map((clip) => ({ clip, address: places.get(clip)?.[side] ?? '' })),
      store,
    )
    if (!areHeld(rows)) stored.set(side, rows)
    return rows
  }
  return {
    clips: clips.map((clip) => ({
      clip,
      unit: references.unitOf(clip),
      weight: references.weightOf(clip),
      values: undefined,
      notes: undefined,
      objects: undefined,
    })),
    rows: async (side) => stored.get(side) ?? read(side),
    tracklets: () => Promise.resolve(undefined),
  }
}
