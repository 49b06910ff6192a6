import { formatNumber } from '../format-score.ts'
import type { Leaderboard } from '../assemble-leaderboards.ts'
import type { ClaimRow } from '../claims-table.ts'

export interface ClaimVerdict {
  /** `22.00 [21.20, 22.80]`, or '' where nothing was measured. */
  measured: string
  /**
   * `inside the interval`, `outside`, or `not comparable: …` with its reason: `other clips`, `under <protocol>`, `not measured
   * here`, `no interval here`.
   * Which code stands behind a claim is rarely published, so that no more is ever said than where a number lies.
   */
  words: string
}

/**
 * Where a claimed number lies against this board's own measurement: inside the interval of that method alone or outside of it. The only place that says it.
 *
 * @param at the claims' column
 * @returns null where the paper gives no number
 */
export function claimVerdict(
  { claims, columns, rows }: Leaderboard,
  { id, otherProtocol, values }: ClaimRow,
  at: number,
): ClaimVerdict | null {
  const claimed = values[at].value
  if (claimed === null || claims === null) return null
  if (otherProtocol !== null) return notComparable('', `under ${otherProtocol}`)
  const { metric } = claims.columns[at]
  const row = rows.find((each) => each.id === id)
  const index = columns.findIndex((column, place) => column.metric === metric && (row?.cells[place] ?? null) !== null)
  const score = row?.cells[index]?.score
  if (row === undefined || score === undefined || score.value === null) return notComparable('', 'not measured here')
  const { decimals } = columns[index]
  const { value, interval } = score
  const known = interval !== null && interval.low < interval.high
  const ends = known ? ` [${formatNumber(interval.low, decimals)}, ${formatNumber(interval.high, decimals)}]` : ''
  const measured = `${formatNumber(value, decimals)}${ends}`
  const { scored, total } = row.record.clips
  if (scored < total) return notComparable(measured, `other clips, ${scored} of ${total} here`)
  if (!known) return notComparable(measured, 'no interval here')
  const isInside = claimed >= interval.low && claimed <= interval.high
  return { measured, words: isInside ? 'inside the interval' : 'outside' }
}

function notComparable(measured: string, reason: string): ClaimVerdict {
  return { measured, words: `not comparable: ${reason}` }
}
