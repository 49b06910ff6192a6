import { assembleLeaderboards, type Leaderboard } from '../../../../src/board/assemble-leaderboards.ts'
import { numberNotes } from '../../../../src/board/number-notes.ts'
import { columnIds } from '../../../../src/board/summary/column-ids.ts'
import { counted } from '../../../../src/board/summary/counted-words.ts'
import { metricFamilies } from '../../../../src/board/summary/metric-families.ts'
import { formatBoards, type TableFormat } from '../../../../src/text/format-boards.ts'
import { boardOf, type OpenedBoard } from './opened-board.ts'
import type { Shown } from './shown-tables.ts'

const formats: Record<TableFormat, string> = {
  latex: 'LaTeX',
  markdown: 'Markdown',
  csv: 'CSV',
  json: 'JSON',
  terminal: 'plain text',
}

/** The board that is seen: its families' columns in the order of its rows. */
export function shownBoard(
  { data, board }: OpenedBoard,
  { family, sort }: Pick<Shown, 'family' | 'sort'>,
): Leaderboard {
  const families = metricFamilies(board)
  const chosen = families.find(({ id }) => id === family)
  const ids = columnIds(board.columns)
  const first = (chosen ?? families[0]).columns[0]
  const sorted = sort === null ? first : ids.indexOf(sort.column)
  const by = sort?.column === 'method' ? 'method' : board.columns[sorted < 0 ? first : sorted].key
  const shown = boardOf(data, { sort: by, ...(chosen && { metrics: chosen.metrics }) })
  return sort?.turned === true ? turned(shown, by) : shown
}

/** Worst first, each group on its own; who has no value stays last. */
function turned(board: Leaderboard, key: string): Leaderboard {
  const column = board.columns.findIndex((each) => each.key === key)
  const groups = Map.groupBy(board.rows, ({ group }) => group)
  const rows = [...groups.values()].flatMap((group) => {
    const has = group.filter(({ cells }) => column < 0 || (cells[column]?.value ?? null) !== null)
    return [...has.toReversed(), ...group.filter((row) => !has.includes(row))]
  })
  return { ...board, ...numberNotes(rows, board.notes) }
}

/** What is seen as the command line prints it, and how it is called. */
export function copyOf(
  opened: OpenedBoard,
  shown: Pick<Shown, 'family' | 'sort'>,
  format: TableFormat,
): { text: string; what: string } {
  const board = shownBoard(opened, shown)
  return { text: formatBoards([board], { format }), what: `${counted(board.rows.length, 'row')}, ${formats[format]}` }
}

/** Two methods as a table of their own: values, ranks and foot stay those of the whole board. */
export function pairCopy(
  { data }: OpenedBoard,
  a: string,
  b: string,
  format: TableFormat,
): { text: string; what: string } {
  const records = [a, b].flatMap((id) => data.records.find((record) => record.method.id === id) ?? [])
  const comparisons = data.comparisons === null ? [] : [data.comparisons]
  const text = formatBoards(assembleLeaderboards(records, [], { comparisons }), { format })
  return { text, what: `2 rows, ${formats[format]}` }
}

/** BibTeX of what is seen: `protocol`, `metrics`, `methods`, `kinemetric`, or all of these. */
export function citationsOf(opened: OpenedBoard, shown: Pick<Shown, 'family' | 'sort'>, part: string): string {
  const { bibtex } = opened.data
  const board = shownBoard(opened, shown)
  const parts: Record<string, string[]> = {
    protocol: [bibtex.protocol],
    metrics: [...new Set(board.columns.map(({ metric }) => metric))].map((metric) => bibtex.metrics[metric] ?? ''),
    methods: board.rows.filter(({ group }) => group === 'method').map(({ id }) => bibtex.methods[id] ?? ''),
    kinemetric: [bibtex.kinemetric],
  }
  const entries = part === 'all' ? Object.values(parts).flat() : (parts[part] ?? [])
  return [...new Set(entries)].filter((entry) => entry !== '').join('\n\n')
}
