import { benchmarkError } from '@kinemetric/benchmark'
import type { FeatureNeed } from '@kinemetric/networks'
import type { Side } from '@kinemetric/metrics'
import type { GivenFeatures } from './given-features.ts'
import type { NeedUse } from '../../journal/journal-identity.ts'
import type { MetricName } from '../../plan/metric-name.ts'
import { cacheAddress, entryBytes, type FeatureCache } from '../../store/feature-cache.ts'
import { featureArrays, featureKey } from '../../store/feature-key.ts'
import type { ClipPair } from '../../clips/clip-pair.ts'

/** What serves a need of rows that are given: the encoder, and the files that they are of. */
export function givenUse(key: string, { encoder, digest, preprocessing, files }: GivenFeatures): NeedUse {
  return { key, network: encoder, digest, settings: { preprocessing, rows: files } }
}

/** A measurer whose rows are there: `Measurer` of the folder above. */
interface GivenMeasurer {
  use: NeedUse
  names: readonly MetricName[]
  uses: 'host'
  keeps(): number
  measure(pair: ClipPair): Promise<{ kept: Record<string, Record<Side, string>> }>
}

/**
 * Metrics made of rows that somebody brought: a clip's are kept as a network's would be, under its frames and the encoder, so that all that comes after (scores,
 * comparisons, verification, bundles) has one path.
 */
export function givenMeasurer(
  use: NeedUse,
  names: readonly MetricName[],
  need: FeatureNeed,
  given: GivenFeatures,
  { provider, cache }: { provider: string; cache: FeatureCache },
): GivenMeasurer {
  const network = { network: given.encoder, digest: given.digest, preprocessing: need.preprocessing }
  // Of which clip the rows are that were put under an address.
  const put = new Map<string, string>()
  const keep = async (clip: string, side: Side, sha256: string, scored: readonly number[]): Promise<string> => {
    const rows = given.rows(side, clip)
    if (rows === undefined)
      throw benchmarkError('bad-features', given.encoder, { expected: `rows of ${clip} (${side})`, found: 'none' })
    const key = featureKey(network, need, provider, sha256, scored)
    const address = cacheAddress(key)
    const before = put.get(address)
    if (before !== undefined) {
      const kept = (await cache.read(address))?.rows.data
      if (kept !== undefined && areNear(kept, rows)) return address
      throw benchmarkError('bad-features', given.encoder, {
        expected: `rows that are alike: ${before} and ${clip} have the same frames (whole clips, of either side)`,
        found: 'others',
      })
    }
    const { replaced } = await cache.put(key, side, featureArrays(rows, given.dimension))
    if (replaced)
      cache.warn(
        `${clip}: other rows were kept of these frames under ${given.encoder}: these replace them, and records of those cannot be verified any more`,
      )
    put.set(address, clip)
    return address
  }
  return {
    use,
    names,
    uses: 'host',
    keeps: () => entryBytes(given.dimension),
    measure: async ({ reference: { id }, generatedSha256, referenceSha256, scored }: ClipPair) => ({
      kept: {
        [use.key]: {
          generated: await keep(id, 'generated', generatedSha256, scored),
          reference: await keep(id, 'reference', referenceSha256, scored),
        },
      },
    }),
  }
}

/** Rows of the same frames may differ by what the order of an encoder's sums makes of them, and by no more. */
function areNear(a: Float32Array, b: Float32Array): boolean {
  const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return a.length === b.length && a.every((value, at) => Math.abs(value - b[at]) <= 1e-3 * largest)
}
