import type { Leaderboard } from '../board/assemble-leaderboards.ts'
import { csvTable } from './csv-table.ts'
import { jsonTable } from './json-table.ts'
import { latexTable } from './latex-table.ts'
import { markdownTable } from './markdown-table.ts'
import { terminalTable } from './terminal-table.ts'

export type TableFormat = 'terminal' | 'markdown' | 'latex' | 'csv' | 'json'

export interface FormatOptions {
  format: TableFormat
  /** Terminal only: bold and colour. Default off. */
  color?: boolean | undefined
  /** Terminal only: columns available. Default 100. */
  width?: number | undefined
}

/** Boards as text: what `kinemetric table` prints, and what the site copies, by the same code. */
export function formatBoards(boards: readonly Leaderboard[], options: FormatOptions): string {
  return formats[options.format](boards, options)
}

const formats: Record<TableFormat, (boards: readonly Leaderboard[], options: FormatOptions) => string> = {
  terminal: (boards, { color = false, width = 100 }) =>
    boards.length === 0 ? 'No records.' : terminalTable(boards, { color, width }),
  markdown: (boards) => (boards.length === 0 ? 'No records.' : markdownTable(boards)),
  latex: latexTable,
  csv: csvTable,
  json: jsonTable,
}
