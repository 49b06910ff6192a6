import { csvText } from '../../markup/csv-text.ts'
import type { ProtocolData } from './protocol-content.ts'

/**
 * The values of all clips as CSV, for readers without scripts: a line a clip, with label and class, a column a metric and method, full precision. All of it
 * is in memory at once: for tables that are published with the pages, which are small.
 */
export function allClipsCsv({ head, metricAt, clips }: ProtocolData): string {
  const { ids, labels, classes, classOf, store } = clips
  const columns = head.metrics.flatMap(({ id }, metric) =>
    head.methods.map((method, at) => ({ name: `${id} ${method.id}`, values: store.column(metricAt[metric], at) })),
  )
  return csvText([
    ['clip', 'label', 'class', ...columns.map(({ name }) => name)],
    ...ids.map((id, clip) => [
      id,
      labels[clip],
      classes[classOf[clip]] ?? '',
      ...columns.map(({ values }) => values[clip]),
    ]),
  ])
}
