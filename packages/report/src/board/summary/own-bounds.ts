import type { BoardRow } from '../board-rows.ts'
import { unrelatedLevel } from '../bound-rows.ts'
import { formatNumber } from '../format-score.ts'
import type { Leaderboard } from '../assemble-leaderboards.ts'

/** A level that one method's value is held against. */
export interface OwnBound {
  value: number
  text: string
  /** What it is: `unrelated clips`. */
  name: string
}

export interface OwnBounds {
  floor: OwnBound | null
  ceiling: OwnBound | null
}

/**
 * The floor and the ceiling of one method in one column: its own, where they depend on the method (its clips against the references of others); else what a
 * second sample of the reference gets, a video in which nothing moves, the reference after a codec.
 */
export function ownBounds(board: Pick<Leaderboard, 'columns' | 'rows'>, row: BoardRow, index: number): OwnBounds {
  const details = row.cells[index]?.score.details
  const bound = (value: number | null | undefined, name: string, text?: string): OwnBound | null =>
    value === null || value === undefined
      ? null
      : { value, name, text: text ?? formatNumber(value, board.columns[index].decimals) }
  const floor =
    bound(unrelatedLevel(row.cells[index]?.score)?.value, 'unrelated clips') ??
    bound(details?.floor?.high.mean, 'a second sample of the reference', details?.floor?.text) ??
    bound(details?.probe?.floor, 'nothing moves')
  return { floor, ceiling: bound(details?.probe?.ceiling, 'the truth, tracked') ?? ceilingRow(board, row, index) }
}

function ceilingRow({ rows, columns }: Pick<Leaderboard, 'columns' | 'rows'>, own: BoardRow, index: number) {
  const ceilings = ceilingsOf(rows).filter((row) => row !== own)
  const values = ceilings.flatMap(({ name, cells }) => {
    const value = cells[index]?.value ?? null
    return value === null ? [] : [{ value, name, text: cells[index]!.text }]
  })
  if (values.length === 0) return null
  // Of several the nearest to what the method could reach.
  const sign = columns[index].better === 'higher' ? 1 : -1
  return values.reduce((nearest, each) => (sign * (each.value - nearest.value) < 0 ? each : nearest))
}

const known = new WeakMap<readonly BoardRow[], BoardRow[]>()

/** Looked for once a board: a board may have thousands of rows, each of which asks. */
function ceilingsOf(rows: readonly BoardRow[]): BoardRow[] {
  const found = known.get(rows) ?? rows.filter(({ group }) => group === 'ceiling')
  known.set(rows, found)
  return found
}
