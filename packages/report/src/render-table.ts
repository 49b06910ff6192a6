import type { Claim, KinemetricRecord } from './record-types.ts'

export type TableFormat = 'terminal' | 'markdown' | 'latex' | 'csv' | 'json'

export interface TableOptions {
  format: TableFormat
  /** Column to order the methods by: a metric id (`fvd`) or `method`. Best first. Default: records' own order by method name. */
  sort?: string | undefined
  /** Metric ids to keep, in this order; all when absent. */
  metrics?: readonly string[] | undefined
  /** Terminal only: colour and bold. Default: off; the command line passes whether its output is a terminal. */
  color?: boolean | undefined
  /** Terminal only: columns available. Default 100. */
  width?: number | undefined
}

/** Renders the leaderboards of all protocols found in `records` as text. */
export function renderTable(_records: readonly KinemetricRecord[], _claims: readonly Claim[], _options: TableOptions): string {
  throw new Error('not yet')
}
