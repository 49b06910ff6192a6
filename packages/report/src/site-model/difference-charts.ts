import type { ComparedPair } from '@kinemetric/records'
import { type BoardColumn, columnTitle } from '../board/board-columns.ts'
import type { BoardRow } from '../board/board-rows.ts'
import { clipDifferences } from '../charts/clip-differences.ts'
import type { MethodValues } from './clip-values/method-values.ts'
import type { DifferencesModel } from './site-model.ts'

/** More rows or dots would hide each other. */
const mostPairs = 12
const mostDots = 500

interface Method {
  row: BoardRow
  values: MethodValues
}

/** Differences clip by clip, a chart a column that has values by clip and compared pairs: all pairs while they are few, else those with the first method. */
export async function differenceCharts(
  columns: readonly BoardColumn[],
  methods: readonly Method[],
): Promise<DifferencesModel[]> {
  const models: DifferencesModel[] = []
  for (const column of columns) {
    const { compared } = column
    if (compared === null || compared.pairs.length === 0) continue
    const byId = new Map(methods.map((method) => [method.row.id, method]))
    const rows = chosen(compared.pairs, compared.ranks[0]?.method).flatMap((pair) => {
      const values = differences(byId.get(pair.first)?.values.of(column), byId.get(pair.second)?.values.of(column))
      if (values.length < 2 || values.length > mostDots) return []
      const [first, second] = [pair.first, pair.second].map((id) => byId.get(id)!.row.name)
      const separated = pair.verdict === 'first-better' || pair.verdict === 'second-better'
      return [{ first, second, values, mean: pair.difference, interval: pair.interval, separated }]
    })
    if (rows.length === 0) continue
    const title = `${columnTitle(column)}: differences clip by clip, their mean and its interval`
    models.push({ key: column.key, chart: await clipDifferences(title, column.unit, rows) })
  }
  return models
}

function chosen(pairs: readonly ComparedPair[], first: string | undefined): readonly ComparedPair[] {
  if (pairs.length <= mostPairs) return pairs
  return pairs.filter((pair) => pair.first === first || pair.second === first).slice(0, mostPairs)
}

function differences(first: Float64Array | null | undefined, second: Float64Array | null | undefined): number[] {
  if (!first || !second) return []
  return Array.from(first, (value, clip) => value - second[clip]).filter(Number.isFinite)
}
