import type { Score } from '@kinemetric/records'
import type { BoardColumn } from './board-columns.ts'
import type { BoardRow } from './board-rows.ts'
import { formatNumber } from './format-score.ts'

/** A level that a method's numbers are held against, drawn below the rule and never ranked. */
export interface BoundRow {
  kind: 'floor' | 'ceiling'
  name: string
  /** Id of the method whose floor it is. */
  method: string
  values: ({ value: number; text: string; n: number } | null)[]
}

/** What a method's own clips get against the references of other clips, as its record has it; null where it has none. */
export function unrelatedLevel(score: Score | undefined): { value: number; n: number } | null {
  const found = score?.details?.unrelated ?? score?.details?.motion?.shuffledBaseline
  return found === undefined || found.value === null ? null : { value: found.value, n: found.n }
}

/** The floor of each method that has one: it depends on the method, so that no method is held against another's. */
export function boundRows(rows: readonly BoardRow[], columns: readonly BoardColumn[]): BoundRow[] {
  return rows.flatMap((row): BoundRow[] => {
    const values = row.cells.map((cell, index) => {
      const level = unrelatedLevel(cell?.score)
      return level && { ...level, text: formatNumber(level.value, columns[index].decimals) }
    })
    if (values.every((value) => value === null)) return []
    return [{ kind: 'floor', name: `Unrelated: ${row.name}`, method: row.id, values }]
  })
}
