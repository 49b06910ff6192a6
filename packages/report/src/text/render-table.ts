import type { Claims, Comparisons, KinemetricRecord } from '@kinemetric/records'
import { buildLeaderboards } from '../board/leaderboard.ts'
import { presentable } from '../board/presentable.ts'
import { formatBoards, type TableFormat } from './format-boards.ts'

export type { TableFormat } from './format-boards.ts'

export interface TableOptions {
  format: TableFormat
  /** What to order the methods by, best first: a metric id (`fvd`) or `method`. Default: by name. Trivial baselines and floors stand apart. */
  sort?: string | undefined
  /** Metric ids to keep, in this order; all when absent. */
  metrics?: readonly string[] | undefined
  /** What the methods were found to differ by, a protocol each; without it nothing is marked or ranked. */
  comparisons?: readonly Comparisons[] | undefined
  /** Terminal only: bold and colour. Default off; the command line knows whether its output is a terminal. */
  color?: boolean | undefined
  /** Terminal only: columns available. Default 100. */
  width?: number | undefined
}

/**
 * The leaderboards of all protocols in `records` as text.
 *
 * Scores share a column only where their signatures agree; marks, ranks and the clips that values are over are those of `comparisons`. Trivial baselines,
 * floors and claims stand apart and are never ranked. Failures and warnings are footnotes. Control characters are written as escapes, and of paths of a
 * machine only the last name is left. The text ends without a newline, CSV with its last CRLF.
 *
 * @throws KinemetricError `unknown-metric` when `sort` or `metrics` names what no record has
 */
export function renderTable(
  records: readonly KinemetricRecord[],
  claims: readonly Claims[],
  options: TableOptions,
): string {
  const shown = { ...options, comparisons: presentable(options.comparisons) }
  return formatBoards(buildLeaderboards(presentable(records), presentable(claims), shown), options)
}
