import { metricCatalogue } from '@kinemetric/metrics'
import { type Grouped, type Score, withoutGroups } from '@kinemetric/records'

/** The metrics of scores with their groups; of records that do not say them, as the catalogue has them. */
export function metricsOfScores(scores: readonly Score[]): Grouped[] {
  const groups = new Map<string, string | undefined>()
  for (const { metric, label } of scores) groups.set(metric, groups.get(metric) ?? label?.group)
  return [...groups].map(([id, group]) => ({
    id,
    group: group ?? metricCatalogue.find((metric) => metric.id === id)?.group,
  }))
}

/** Names of metrics and groups as those of metrics that scores are of, each once; what is neither stays. */
export function metricsAsked(asked: readonly string[], scores: readonly Score[]): string[] {
  return withoutGroups(asked, metricsOfScores(scores))
}
