export { renderTable, type TableFormat, type TableOptions } from './render-table.ts'
export {
  type BoardCell,
  type BoardColumn,
  type BoardRow,
  type Leaderboard,
  type LeaderboardOptions,
  buildLeaderboards,
} from './leaderboard.ts'
export type { ClaimRow, ClaimsTable } from './claims-table.ts'
export { type BuiltSite, type SiteOptions, buildSite } from './build-site.ts'
export { type ServeOptions, type SiteServer, serveSite } from './serve-site.ts'
export { ReportError, type ReportErrorCode } from './report-error.ts'
