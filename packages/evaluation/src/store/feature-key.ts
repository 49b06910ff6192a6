import { type FeatureNeed, featureNeedKey } from '@kinemetric/networks'
import type { NeedUse } from '../journal/journal-identity.ts'
import type { FeatureKey } from './feature-cache.ts'

/** Raised when the same frames would give other features than before. */
const FEATURES_VERSION = 1

/**
 * What a clip's features are kept under: the same for every command and method that asks for them.
 *
 * @param extractor the network, or what a journal says of it
 * @param need what it was opened for
 * @param sha256 of all decoded frames of the clip
 * @param scored the frames of these that the network sees
 * @throws RangeError for an extractor that was opened for another need: its rows would be kept under a wrong name
 */
export function featureKey(
  extractor: { network: string; digest: string; preprocessing: string },
  need: FeatureNeed,
  provider: string,
  sha256: string,
  scored: readonly number[],
): FeatureKey {
  if (extractor.network !== need.network || extractor.preprocessing !== need.preprocessing)
    throw new RangeError(
      `featureKey: expected an extractor of ${featureNeedKey(need)}, found ${extractor.network} with ${extractor.preprocessing}`,
    )
  return {
    kind: 'features',
    version: FEATURES_VERSION,
    frames: sha256,
    network: extractor.network,
    digest: extractor.digest,
    input: `${featureNeedKey(need)} frames ${scored.join(',')}`,
    provider,
  }
}

/** What rows that are made of tracklets are kept under; the tracker stands where a network does, with all that changes its tracks. */
export function trackedRowsKey(
  { network = '', digest = '', settings = {} }: Pick<NeedUse, 'network' | 'digest' | 'settings'>,
  need: FeatureNeed,
  provider: string,
  sha256: string,
  scored: readonly number[],
): FeatureKey {
  return {
    kind: 'features',
    version: FEATURES_VERSION,
    frames: sha256,
    network,
    digest: `${digest} ${JSON.stringify(settings)}`,
    input: `${featureNeedKey(need)} frames ${scored.join(',')}`,
    provider,
  }
}

/** Rows of a clip as a cache entry holds them. */
export function featureArrays(rows: Float32Array, dimension: number) {
  return { rows: { shape: [rows.length / dimension, dimension], data: rows } }
}
