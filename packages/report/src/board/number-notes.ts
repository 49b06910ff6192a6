import type { BoardRow } from './board-rows.ts'

/**
 * Footnotes numbered as they are met when the table is read, row by row: by that they are the same whatever the order
 * in which the records came. Those that no row names stand last.
 */
export function numberNotes(
  rows: readonly BoardRow[],
  notes: readonly string[],
): { rows: BoardRow[]; notes: string[] } {
  const met = rows.flatMap((row) => [...row.notes, ...row.cells.flatMap((cell) => cell?.notes ?? [])])
  const order = [...new Set([...met, ...notes.keys()])]
  const renumbered = (old: readonly number[]) => old.map((note) => order.indexOf(note))
  return {
    rows: rows.map((row) => ({
      ...row,
      notes: renumbered(row.notes),
      cells: row.cells.map((cell) => (cell === null ? null : { ...cell, notes: renumbered(cell.notes) })),
    })),
    notes: order.map((note) => notes[note]),
  }
}
