import { type LpipsRecipe, openLpipsMetric } from '@kinemetric/metrics'
import type { ClipScorer } from './measurer.ts'
import { metricFailures } from './metric-failures.ts'
import { type MetricName, metricKey, stored, summariseName } from '../plan/metric-name.ts'
import type { NetworkOptions } from '@kinemetric/networks'
import type { Protocol } from '@kinemetric/benchmark'

/** LPIPS under one recipe. Throws WeightsMissingError, ProviderError. */
export async function openLpipsScorer(
  name: MetricName,
  protocol: Protocol,
  options: NetworkOptions,
): Promise<ClipScorer> {
  const { provider, threads, searchPath } = options
  const network = await openLpipsMetric(name.recipe as LpipsRecipe, {
    provider,
    threads,
    searchPath: searchPath === undefined ? undefined : [...searchPath],
  })
  const named: MetricName = { ...name, extra: { ...name.extra, weights: network.weights } }
  return {
    keys: [metricKey(named)],
    uses: 'network',
    score: (pair) =>
      metricFailures(pair.reference.id, [named], async () => {
        const values = await network.measure(pair.generatedScored, pair.referenceScored)
        return { values: { [metricKey(named)]: stored(pair.scored, values) } }
      }),
    summarise: (clips) => Promise.resolve([summariseName(named, clips, protocol)]),
    close: () => network.close(),
  }
}
