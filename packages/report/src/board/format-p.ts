import type { ComparedPair } from '@kinemetric/records'

/** A p-value with three decimals, `< 0.001` below; at the smallest value that drawn patterns can give it is said so. */
export function formatP(p: number, limit?: { smallest: number; draws: number }): string {
  if (limit !== undefined && p <= limit.smallest * (1 + 1e-12)) {
    const count = limit.draws.toLocaleString('en-US')
    return `≤ ${shortP(limit.smallest)} (smallest of ${count} draws)`
  }
  return p < 0.001 ? '< 0.001' : p.toFixed(3)
}

/** `p = 0.023 (0.008 before Holm)`: the adjusted one first, the raw one only where it differs. */
export function formatPair(pair: Pick<ComparedPair, 'p' | 'pAdjusted' | 'smallestP' | 'draws'>): string {
  const limit = pair.draws === null ? undefined : { smallest: pair.smallestP, draws: pair.draws }
  const raw = formatP(pair.p, limit)
  const adjusted = pair.pAdjusted === pair.p ? raw : formatP(pair.pAdjusted)
  const shown = /^[<≤]/.test(adjusted) ? `p ${adjusted}` : `p = ${adjusted}`
  return pair.pAdjusted === pair.p ? shown : `${shown} (${raw} before Holm)`
}

function shortP(p: number): string {
  return Number(p.toPrecision(2)).toString()
}
