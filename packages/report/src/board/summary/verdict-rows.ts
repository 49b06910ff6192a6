import type { HeldClaimFile, Verdicts } from '@kinemetric/records'
import { sourceText } from '../claims-table.ts'
import { formatInterval, formatNumber } from '../format-score.ts'
import { countText } from './counted-words.ts'

/** A claim, what was measured here, and what follows, as every format prints it. */
export interface VerdictRow {
  /** Ids of the claims and of the metric. */
  claims: string
  metricId: string
  method: string
  metric: string
  claimed: string
  /** `22.00 [21.20, 22.80]`, or `none`. */
  measured: string
  /** `−0.31`, or `–`. */
  difference: string
  /** `0.23`: what still counts as reproduced; `–` where the benchmark says none. */
  margin: string
  words: string
  source: string
}

/** A verdict in words: `reproduced`, `not reproduced`, or `not comparable: …` with its reasons. */
export function verdictWords({ verdict, reasons }: Pick<HeldClaimFile, 'verdict' | 'reasons'>): string {
  if (verdict === 'not-comparable') return `not comparable: ${reasons.join('; ')}`
  return verdict === 'reproduced' ? 'reproduced' : 'not reproduced'
}

/** Each claim of a protocol with its verdict. */
export function verdictRows({ held }: Verdicts): VerdictRow[] {
  return held.map((claim) => {
    // A digit more than the paper prints: half of its last one decides.
    const decimals = (claim.printed.split('.')[1] ?? '').length + 1
    const { measured, interval, difference, margin } = claim
    const ends = interval === null ? '' : ` ${formatInterval(interval, decimals)}`
    const sign = difference !== null && difference > 0 ? '+' : ''
    return {
      claims: claim.claims,
      metricId: claim.metric,
      method: claim.name,
      metric: claim.label,
      claimed: claim.printed,
      measured: measured === null ? 'none' : `${formatNumber(measured, decimals)}${ends}`,
      difference: `${sign}${formatNumber(difference, decimals)}`,
      margin: formatNumber(margin, decimals),
      words: verdictWords(claim),
      source: sourceText(claim.source),
    }
  })
}

/** How many claims were reproduced, a sentence. */
export function verdictCounts({ held }: Verdicts): string {
  const count = (verdict: HeldClaimFile['verdict']) => held.filter((claim) => claim.verdict === verdict).length
  return `Of ${countText(held.length)} claims ${countText(count('reproduced'))} reproduced, ${countText(count('not-reproduced'))} not reproduced, ${countText(count('not-comparable'))} not comparable.`
}

/** What the words mean, which stands wherever they do. */
export const verdictSentence =
  'Reproduced: the whole interval of what was measured lies within the margin around the claim, a test of equivalence. Not reproduced: the whole interval lies outside. Not comparable: other clips, weights, settings or recipes, or too few clips to tell.'
