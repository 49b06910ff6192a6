import type { Leaderboard } from '../assemble-leaderboards.ts'
import { formatNumber } from '../format-score.ts'

/** A number that a paper prints, beside what was measured here. */
export interface HeldClaim {
  method: string
  /** `PSNR` */
  metric: string
  source: string
  claimed: string
  /** `22.00 [21.20, 22.80]`, or '' where nothing was measured. */
  measured: string
  /** `inside the interval`, `outside the interval`, `not comparable: …`, `not measured here`. */
  words: string
}

/** Each claimed number against this board's own: whether it lies inside the interval of the method alone, and never more than that. */
export function heldClaims({ claims, columns, rows }: Leaderboard): HeldClaim[] {
  if (claims === null) return []
  return claims.rows.flatMap(({ id, name, otherProtocol, sourceText, values }) => {
    const row = rows.find((each) => each.id === id)
    return values.flatMap(({ value, text }, at): HeldClaim[] => {
      if (value === null) return []
      const { metric, label } = claims.columns[at]
      const index = columns.findIndex(
        (column, place) => column.metric === metric && (row?.cells[place] ?? null) !== null,
      )
      const cell = row?.cells[index] ?? null
      const said = { method: name, metric: label, source: sourceText, claimed: text }
      if (otherProtocol !== null) return [{ ...said, measured: '', words: `not comparable: under ${otherProtocol}` }]
      if (row === undefined || cell === null || cell.score.value === null)
        return [{ ...said, measured: '', words: 'not measured here' }]
      const { decimals } = columns[index]
      const { interval } = cell.score
      const known = interval !== null && interval.low < interval.high
      const ends = known ? ` [${formatNumber(interval.low, decimals)}, ${formatNumber(interval.high, decimals)}]` : ''
      const measured = `${formatNumber(cell.score.value, decimals)}${ends}`
      const { scored, total } = row.record.clips
      if (scored < total) return [{ ...said, measured, words: `not comparable: ${scored} of ${total} clips here` }]
      if (!known) return [{ ...said, measured, words: 'no interval here' }]
      const inside = value >= interval.low && value <= interval.high
      return [{ ...said, measured, words: inside ? 'inside the interval' : 'outside the interval' }]
    })
  })
}
