import { didYouMean, type KinemetricError } from '@kinemetric/files'
import { type Claims, groupsOf, type KinemetricRecord } from '@kinemetric/records'
import { assembleLeaderboards, type Leaderboard, type LeaderboardOptions } from './assemble-leaderboards.ts'
import { columnKey } from './board-columns.ts'
import { namesAsked, type NamedMetric, namedMetrics } from './names/metric-names.ts'
import { reportError } from './report-error.ts'

export type { Leaderboard, LeaderboardOptions } from './assemble-leaderboards.ts'

/**
 * The boards of records, as `assembleLeaderboards` makes them, where the options name metrics that the records have.
 *
 * @throws KinemetricError `unknown-metric` when `sort` or `metrics` names what no record has
 */
export function buildLeaderboards(
  records: readonly KinemetricRecord[],
  claims: readonly Claims[],
  options: LeaderboardOptions = {},
): Leaderboard[] {
  checkMetrics(records, namedMetrics(records), options)
  return assembleLeaderboards(records, claims, options)
}

function checkMetrics(
  records: readonly KinemetricRecord[],
  metrics: readonly NamedMetric[],
  options: LeaderboardOptions,
): void {
  if (records.length === 0) return
  const scores = records.flatMap((record) => record.scores)
  const known = metrics.map(({ id }) => id)
  const groups = groupsOf(metrics.map(({ id, label }) => ({ id, group: label.group })))
  for (const metric of namesAsked(options.metrics ?? [], metrics))
    if (!known.includes(metric)) throw unknown('metrics', metric, known, groups)
  const { sort } = options
  if (sort === undefined || sort === 'method' || known.includes(sort)) return
  if (!scores.some((score) => columnKey(score) === sort)) throw unknown('sort', sort, known)
}

function unknown(
  option: string,
  found: string,
  known: readonly string[],
  groups: readonly string[] = [],
): KinemetricError {
  const ofGroups = groups.length === 0 ? '' : `, or of the groups ${groups.join(', ')}`
  return reportError('unknown-metric', option, {
    expected: `one of ${known.join(', ')}${ofGroups}`,
    found: `'${found}'`,
    then: didYouMean(found, [...groups, ...known]),
  })
}
