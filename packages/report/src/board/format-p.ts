import type { ComparedPair } from '@kinemetric/records'

/** A p-value with three decimals, `< 0.001` below; at the smallest value that drawn patterns can give it is said so. */
export function formatP(p: number, limit?: { smallest: number; draws: number }): string {
  if (limit === undefined || p > limit.smallest * (1 + 1e-12)) return p < 0.001 ? '< 0.001' : p.toFixed(3)
  const [digits, power] = limit.smallest.toExponential(1).split('e')
  return `≤ ${Number(digits)}e${power} (smallest of ${limit.draws.toLocaleString('en-US')} draws)`
}

/** `p = 0.023 (before Holm 0.008)`: the adjusted one first, the raw one only where it differs. */
export function formatPair(pair: Pick<ComparedPair, 'p' | 'pAdjusted' | 'smallestP' | 'draws'>): string {
  const limit = pair.draws === null ? undefined : { smallest: pair.smallestP, draws: pair.draws }
  const raw = formatP(pair.p, limit)
  if (pair.pAdjusted === pair.p) return named(raw)
  return `${named(formatP(pair.pAdjusted))} (before Holm ${raw.replace(' (', ', the ').replace(/\)$/, '')})`
}

/** `p = 0.023`, `p < 0.001`. */
export function pEquals(p: number): string {
  return named(formatP(p))
}

function named(p: string): string {
  return /^[<≤]/.test(p) ? `p ${p}` : `p = ${p}`
}
