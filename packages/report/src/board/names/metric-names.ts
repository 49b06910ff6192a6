import type { KinemetricRecord, MetricLabel } from '@kinemetric/records'
import { withoutGroups } from '@kinemetric/records/metric-groups'

/** A metric of a report as its records call it. */
export interface NamedMetric {
  id: string
  label: MetricLabel
}

/**
 * The metrics of records in the order in which the records have them, which is their protocol's; one that an earlier record lacks stands behind what it
 * follows in its own. A metric's label is the first that one of its scores has; without any, as in records from before labels travelled, it is called by
 * its id and printed with three decimals.
 */
export function namedMetrics(records: readonly KinemetricRecord[]): NamedMetric[] {
  const ids: string[] = []
  for (const record of records) {
    let next = record.scores.some(({ metric }) => ids.includes(metric)) ? 0 : ids.length
    for (const { metric } of record.scores) {
      const known = ids.indexOf(metric)
      if (known < 0) ids.splice(next++, 0, metric)
      else next = Math.max(next, known + 1)
    }
  }
  const scores = records.flatMap((record) => record.scores)
  return ids.map((id) => ({
    id,
    label: scores.find(({ metric, label }) => metric === id && label !== undefined)?.label ?? unnamed(id),
  }))
}

/** Names of metrics and groups as those of the report's metrics, each once; what is neither stays. */
export function namesAsked(asked: readonly string[], metrics: readonly NamedMetric[]): string[] {
  return withoutGroups(
    asked,
    metrics.map(({ id, label }) => ({ id, group: label.group })),
  )
}

/** What a metric is called; one that no record has by its id. */
export function metricLabel(metrics: readonly NamedMetric[], id: string): MetricLabel {
  return metrics.find((metric) => metric.id === id)?.label ?? unnamed(id)
}

/** Compares two metrics by their places in a report; those that no record has stand behind all others. */
export function byMetric(metrics: readonly NamedMetric[]): (a: string, b: string) => number {
  const place = (id: string) => {
    const index = metrics.findIndex((metric) => metric.id === id)
    return index < 0 ? metrics.length : index
  }
  return (a, b) => place(a) - place(b)
}

function unnamed(id: string): MetricLabel {
  return { short: id, long: id, decimals: 3 }
}
