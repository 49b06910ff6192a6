import type { Claims, KinemetricRecord } from '@kinemetric/records'
import { csvTable } from './csv-table.ts'
import { jsonTable } from './json-table.ts'
import { latexTable } from './latex-table.ts'
import { buildLeaderboards, type Leaderboard } from '../board/leaderboard.ts'
import { markdownTable } from './markdown-table.ts'
import { terminalTable } from './terminal-table.ts'

export type TableFormat = 'terminal' | 'markdown' | 'latex' | 'csv' | 'json'

export interface TableOptions {
  format: TableFormat
  /** What to order the methods by, best first: a metric id (`fvd`) or `method`. Default: by name, trivial baselines last. */
  sort?: string | undefined
  /** Metric ids to keep, in this order; all when absent. */
  metrics?: readonly string[] | undefined
  /** Terminal only: bold and colour. Default off; the command line knows whether its output is a terminal. */
  color?: boolean | undefined
  /** Terminal only: columns available. Default 100. */
  width?: number | undefined
}

/**
 * The leaderboards of all protocols in `records` as text.
 *
 * Scores share a column only where their signatures agree. Claims stand apart from measurements, with their source. Trivial baselines are marked and
 * not ranked (unless there is nothing else). Failures and warnings are footnotes. The text ends without a newline, CSV with its last CRLF.
 *
 * @throws KinemetricError `unknown-metric` when `sort` or `metrics` names what no record has
 */
export function renderTable(
  records: readonly KinemetricRecord[],
  claims: readonly Claims[],
  options: TableOptions,
): string {
  return formats[options.format](buildLeaderboards(records, claims, options), options)
}

const formats: Record<TableFormat, (boards: readonly Leaderboard[], options: TableOptions) => string> = {
  terminal: (boards, { color = false, width = 100 }) =>
    boards.length === 0 ? 'No records.' : terminalTable(boards, { color, width }),
  markdown: (boards) => (boards.length === 0 ? 'No records.' : markdownTable(boards)),
  latex: latexTable,
  csv: csvTable,
  json: jsonTable,
}
