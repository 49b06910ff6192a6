// The values that a chart over clips draws: loaded when they are asked for.
import { columnsCsv } from '../clips/clips-text.ts'
import type { Chart } from '../../../../src/charts/chart.ts'
import { DataError } from '../data/load-data.ts'
import { loadColumn, loadProtocol } from '../data/protocol-data.ts'

declare global {
  interface KinemetricParts {
    /** A line a clip, a column a method, numbers as printed. @param of JSON of a chart's `of` @throws DataError */
    'chart-csv': typeof chartCsv
  }
}

async function chartCsv(of: string): Promise<string> {
  const { metric, recipe, methods }: NonNullable<Chart['of']> = JSON.parse(of)
  const protocol = await loadProtocol()
  const { head, ids } = protocol
  const at = head.metrics.findIndex((each) => each.metric === metric && each.recipe === recipe)
  if (at < 0) throw new DataError('These values are not among the data of this site: build again.')
  const columns = await loadColumn(protocol, at)
  const shown = methods.map((id) => head.methods.findIndex((each) => each.id === id)).filter((place) => place >= 0)
  return columnsCsv(
    ids,
    shown.map((method) => ({ id: head.methods[method].id, printed: columns[method].printed })),
    head.metrics[at].decimals,
  )
}

globalThis.kinemetricParts = { ...globalThis.kinemetricParts, 'chart-csv': chartCsv }
