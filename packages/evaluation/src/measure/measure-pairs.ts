import type { PairDistance } from '@kinemetric/networks'
import type { ClipPair } from '../clips/clip-pair.ts'
import type { NeedUse } from '../journal/journal-identity.ts'
import type { MetricName } from '../plan/metric-name.ts'
import { measuredValues } from './measured-values.ts'
import type { PairMeasurer } from './measurer.ts'
import { metricFailures } from './metric-failures.ts'

/** Metrics made of a network's distance between the frames of both sides. */
export function pairMeasurer(use: NeedUse, names: readonly MetricName[], network: PairDistance): PairMeasurer {
  const named = ({ reference, scored }: ClipPair, distances: Float32Array) =>
    measuredValues(reference.id, names, { values: Float64Array.from(distances), scored })
  const measure: PairMeasurer['measure'] = (pair) =>
    metricFailures(pair.reference.id, names, async () =>
      named(pair, await network.distance(pair.generatedScored, pair.referenceScored)),
    )
  return {
    use,
    names,
    uses: 'network',
    measure,
    // The reference is looked at once. What fails then fails each by itself, as it would alone.
    measureTogether: async (pairs) => {
      const [{ referenceScored }] = pairs
      const all = await network
        .distances(
          pairs.map(({ generatedScored }) => generatedScored),
          referenceScored,
        )
        .catch(() => undefined)
      if (all === undefined) return Promise.all(pairs.map(measure))
      return Promise.all(
        pairs.map((pair, at) => metricFailures(pair.reference.id, names, async () => named(pair, all[at]))),
      )
    },
  }
}
