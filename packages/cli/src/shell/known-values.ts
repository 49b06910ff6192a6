import { adapters, protocols } from '@kinemetric/benchmark'
import { metricCatalogue } from '@kinemetric/metrics'
import { groupsOf } from '@kinemetric/records'
import { networkCatalogue, weightCatalogue } from '@kinemetric/networks/catalogue'
import { listMethods } from '@kinemetric/runners'
import { benchmarkNames } from '@kinemetric/studies'
import type { KnownValues } from './command-node.ts'

/** What options and arguments take that no parser lists: names of metrics, protocols, methods, datasets, networks, weights. */
export async function knownValues(): Promise<KnownValues> {
  const metrics = metricCatalogue.map(({ id }) => id)
  const groups = groupsOf(metricCatalogue)
  const methods = (await listMethods()).map(({ spec }) => spec.id)
  const named = protocols.map(({ identity }) => identity.id)
  return {
    metrics: ['all', ...groups, ...metrics],
    metric: [...groups, ...metrics],
    sort: metrics,
    protocol: named,
    protocols: named,
    from: named,
    method: methods,
    methods,
    dataset: adapters.map(({ id }) => id),
    network: networkCatalogue.map(({ id }) => id),
    name: weightCatalogue.map(({ id }) => id),
    benchmark: benchmarkNames(),
  }
}
