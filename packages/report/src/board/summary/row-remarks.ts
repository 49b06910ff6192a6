import type { BoardRow } from '../board-rows.ts'
import type { Leaderboard } from '../assemble-leaderboards.ts'
import { pairOf } from '../pair-view.ts'
import { countText } from './counted-words.ts'

/** What stands behind a method's name, in words: that it models nothing, that it is a bound, that its authors scored it, that clips are missing. */
export function rowRemarks({ group, record: { clips, method }, cells }: BoardRow): string[] {
  const remarks: string[] = group === 'method' ? [] : [group]
  if (method.origin?.byAuthors === true) remarks.push('scored by its authors')
  if (clips.scored < clips.total) remarks.push(`${countText(clips.scored)} of ${countText(clips.total)} clips`)
  const shown = cells.filter((cell) => cell !== null)
  const incomplete = shown.filter(({ unranked }) => unranked.startsWith('incomplete'))
  if (incomplete.length > 0) remarks.push(incomplete.length === shown.length ? 'incomplete, not ranked' : 'incomplete')
  return remarks
}

/** What stands behind a value, in words. */
export function cellRemarks(board: Leaderboard, row: BoardRow, index: number): string[] {
  const cell = row.cells[index]
  if (cell === null) return []
  const remarks = [...cell.tags]
  if (aboveCeiling(board, row, index)) remarks.push('above the ceiling: check the pairing')
  if (cell.unranked !== '')
    remarks.push(cell.unranked.startsWith('incomplete') ? 'incomplete, not ranked' : 'not ranked')
  return remarks
}

function aboveCeiling({ rows, columns }: Leaderboard, { id }: BoardRow, index: number): boolean {
  const pairs = columns[index].compared?.trivialPairs ?? []
  if (pairs.length === 0) return false
  return rows
    .filter(({ group }) => group === 'ceiling')
    .some((ceiling) => pairOf(pairs, id, ceiling.id)?.separated === 'better')
}
