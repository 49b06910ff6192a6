import type { RankedMethod } from '@kinemetric/records'
import type { BoardCell, BoardRow } from '../board/board-rows.ts'
import type { Leaderboard } from '../board/leaderboard.ts'
import { rankText } from '../board/pair-words.ts'

/** Words that every format of a board shares. */

/** `InterDyn, 256×384 (interdyn-256x384, version 1)` */
export function boardTitle({ protocol }: Leaderboard): string {
  return `${protocol.title} (${protocol.id}, version ${protocol.version})`
}

/** `a`, `b`, … `z`, `aa`, …: the mark of footnote `index`. */
export function noteMark(index: number): string {
  const letter = String.fromCharCode(97 + (index % 26))
  return index < 26 ? letter : noteMark(Math.floor(index / 26) - 1) + letter
}

/** `↑` where more is better. */
export function arrow(better: 'higher' | 'lower'): string {
  return better === 'higher' ? '↑' : '↓'
}

/** `27/29` where clips are missing, else `29`. */
export function clipCount({ record: { clips } }: BoardRow): string {
  return clips.scored === clips.total ? String(clips.total) : `${clips.scored}/${clips.total}`
}

/** What stands behind a value in words: `at the floor`. */
export function tagText({ tags }: BoardCell): string {
  return tags.length === 0 ? '' : `(${tags.join(', ')})`
}

/** A row of a printed table: a record's, or a level that a method is held against. */
export interface PrintedRow {
  name: string
  /** `†` for a trivial baseline. */
  dagger: string
  clips: string
  cells: PrintedCell[]
  notes: number[]
  /** Whether a rule stands above it, since another kind of rows begins. */
  ruled: boolean
}

export interface PrintedCell {
  /** `–` where there is none. */
  text: string
  mark: RankedMethod['mark']
  interval: string
  /** `1–3`, or `` where the method is not ranked. */
  rank: string
  tag: string
  notes: number[]
}

const emptyCell: PrintedCell = { text: '–', mark: 'none', interval: '', rank: '', tag: '', notes: [] }

/** The rows of a board in the order in which every format prints them. */
export function printedRows(board: Leaderboard): PrintedRow[] {
  const rows = board.rows.map((row, index): PrintedRow => ({
    name: row.group === 'floor' || row.group === 'ceiling' ? `${row.name} (${row.group})` : row.name,
    dagger: row.group === 'trivial' ? '†' : '',
    clips: clipCount(row),
    cells: row.cells.map((cell) => (cell === null ? emptyCell : printedCell(cell))),
    notes: row.notes,
    ruled: index > 0 && row.group !== board.rows[index - 1].group,
  }))
  const bounds = board.bounds.map(({ name, values }, index): PrintedRow => ({
    name,
    dagger: '',
    clips: '',
    cells: values.map((value) => (value === null ? emptyCell : { ...emptyCell, text: value.text })),
    notes: [],
    ruled: index === 0,
  }))
  return [...rows, ...bounds]
}

function printedCell(cell: BoardCell): PrintedCell {
  const { text, intervalText, rank, notes } = cell
  return {
    text,
    mark: rank?.mark ?? 'none',
    interval: intervalText,
    rank: rank === null ? '' : rankText(rank),
    tag: tagText(cell),
    notes,
  }
}

/** The heading over claims, which must never be taken for measurements. */
export const claimsTitle = 'Claims: numbers printed in papers, not measured here'

/** Said under every claims section. */
export const claimsSentence =
  'Where no recipe stands with a claim its source names none; which code was run is not published. Claims are never ranked with the measurements.'
