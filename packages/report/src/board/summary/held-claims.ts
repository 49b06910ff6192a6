import type { Leaderboard } from '../assemble-leaderboards.ts'
import { type ClaimVerdict, claimVerdict } from './claim-verdict.ts'

/** A number that a paper prints, beside what was measured here. */
export interface HeldClaim extends ClaimVerdict {
  method: string
  /** `PSNR` */
  metric: string
  source: string
  claimed: string
}

/** Each claimed number against this board's own. */
export function heldClaims(board: Leaderboard): HeldClaim[] {
  const { claims } = board
  if (claims === null) return []
  return claims.rows.flatMap((row) =>
    row.values.flatMap(({ text }, at): HeldClaim[] => {
      const verdict = claimVerdict(board, row, at)
      if (verdict === null) return []
      return [{ method: row.name, metric: claims.columns[at].label, source: row.sourceText, claimed: text, ...verdict }]
    }),
  )
}
