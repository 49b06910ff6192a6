import type { Score } from '@kinemetric/records'
import type { BoardColumn } from './board-columns.ts'
import type { BoardRow } from './board-rows.ts'
import { formatNumber } from './format-score.ts'

/** A level that a method's numbers are held against, drawn below the rule and never ranked. */
export interface BoundRow {
  kind: 'floor' | 'ceiling'
  name: string
  /** Id of the method whose floor it is; '' where it is every method's. */
  method: string
  values: ({ value: number; text: string; n: number } | null)[]
}

/** What a method's own clips get against the references of other clips, as its record has it; null where it has none. */
export function unrelatedLevel(score: Score | undefined): { value: number; n: number } | null {
  const found = score?.details?.unrelated ?? score?.details?.motion?.shuffledBaseline
  return found === undefined || found.value === null ? null : { value: found.value, n: found.n }
}

/**
 * The floor of each method that has one, since it depends on the method: none is held against another's. Then, for distances between sets, what a second
 * sample of the reference would get, which is every method's.
 */
export function boundRows(rows: readonly BoardRow[], columns: readonly BoardColumn[]): BoundRow[] {
  const ofMethods = rows.map((row): BoundRow => {
    const values = row.cells.map((cell, index) => {
      const level = unrelatedLevel(cell?.score)
      return level && { ...level, text: formatNumber(level.value, columns[index].decimals) }
    })
    return { kind: 'floor', name: `Unrelated: ${row.name}`, method: row.id, values }
  })
  const halves = columns.map((_, index) => {
    const found = rows.flatMap(({ cells }) => cells[index]?.score.details?.floor ?? [])
    // Methods that were scored against other clips have other floors; the foot has them.
    if (found.length === 0 || found.some(({ text }) => text !== found[0].text)) return null
    const { high, text, rows: n } = found[0]
    return { value: high.mean, text, n }
  })
  const ofAll: BoundRow = { kind: 'floor', name: 'Second sample of the reference', method: '', values: halves }
  return [...ofMethods, ofAll].filter(({ values }) => values.some((value) => value !== null))
}
