import type { MetricLabel } from '@kinemetric/records'

/** The label that travels with a score: with the metric's group, so that tables and sites need no list of metrics. */
export function labelOf({ label, group }: { label: MetricLabel; group: string }): MetricLabel {
  return { ...label, group }
}
