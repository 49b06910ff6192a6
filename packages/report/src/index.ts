export { renderTable, type TableFormat, type TableOptions } from './text/render-table.ts'
export {
  type BoardCell,
  type BoardColumn,
  type BoardRow,
  type Leaderboard,
  type LeaderboardOptions,
  buildLeaderboards,
} from './board/leaderboard.ts'
export type { ClaimRow, ClaimsTable } from './board/claims-table.ts'
export type { NamedMetric } from './board/metric-names.ts'
export { comparisonsText, type ComparisonsTextOptions } from './text/comparisons-text.ts'
export { type BuiltSite, type SiteOptions, buildSite } from './site-build/build-site.ts'
export { type ServeOptions, type SiteServer, serveSite } from './site-build/serve-site.ts'
