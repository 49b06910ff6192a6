import type { Claims } from '@kinemetric/records'
import { assembleLeaderboards, type Leaderboard } from '../assemble-leaderboards.ts'
import type { MetricFamily } from './metric-families.ts'

/** A board with the columns of one family alone, ordered by the first of them: as `kinemetric table --metrics … --sort …` has it. */
export function familyBoard(board: Leaderboard, claims: readonly Claims[], family: MetricFamily): Leaderboard {
  const [whole] = assembleLeaderboards(
    board.rows.map(({ record }) => record),
    claims,
    {
      metrics: family.metrics,
      sort: board.columns[family.columns[0]].key,
      comparisons: board.comparisons === null ? [] : [board.comparisons],
    },
  )
  return whole
}
