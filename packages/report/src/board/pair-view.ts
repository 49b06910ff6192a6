import type { ComparedColumn, ComparedPair } from '@kinemetric/records'
import { formatPair } from './format-p.ts'
import { formatNumber } from './format-score.ts'

/** A pair as one of its methods sees it: difference = this − other. */
export interface PairView {
  pair: ComparedPair
  difference: number
  interval: { low: number; high: number } | null
  /** Whether the pair is separated, and which way for this method; null where it is not. */
  separated: 'better' | 'worse' | null
}

/** The pair of two methods, seen from the first; null where they were not compared. */
export function pairOf(pairs: readonly ComparedPair[], method: string, other: string): PairView | null {
  for (const pair of pairs) {
    if (pair.first === method && pair.second === other) return view(pair)
    if (pair.first === other && pair.second === method) return turned(view(pair))
  }
  return null
}

function view(pair: ComparedPair): PairView {
  const { verdict, difference, interval } = pair
  const separated = verdict === 'first-better' ? 'better' : verdict === 'second-better' ? 'worse' : null
  return { pair, difference, interval, separated }
}

function turned({ pair, difference, interval, separated }: PairView): PairView {
  return {
    pair,
    difference: 0 - difference,
    interval: interval === null ? null : { low: 0 - interval.high, high: 0 - interval.low },
    separated: separated === null ? null : separated === 'better' ? 'worse' : 'better',
  }
}

/** `+0.012`, `−0.012`. */
export function signed(value: number, decimals: number): string {
  const text = formatNumber(value, decimals)
  return value > 0 && Number(text) !== 0 ? `+${text}` : text
}

/** What may be said of a pair, and no more: `better`, `not separated`, `not resolved at n = 29 (at least 14.2 needed)`. */
export function verdictWords({ pair, separated }: PairView, { units }: ComparedColumn, decimals: number): string {
  if (separated !== null) return separated
  if (pair.verdict === 'identical') return 'identical frames'
  if (pair.verdict === 'cannot-separate') return pair.reason ?? `cannot separate at n = ${units}`
  if (pair.verdict !== 'not-resolved') return 'not separated'
  const needed = pair.resolution === undefined ? '' : ` (at least ${formatNumber(pair.resolution, decimals)} needed)`
  return `not resolved at n = ${units}${needed}`
}

/** The difference that so many clips would have shown, where the pair is not separated; '' elsewhere, and where it is not known. */
export function detectableWords({ pair }: PairView, { units }: ComparedColumn, decimals: number): string {
  if (pair.verdict !== 'not-separated' || pair.detectable80 === null) return ''
  return `n = ${units} shows ${formatNumber(pair.detectable80, decimals)} four times in five`
}

/** The p that decides, with the one before the correction in brackets; '' where there was nothing to test. */
export function pWords({ pair }: PairView, { family }: ComparedColumn): string {
  if (pair.verdict === 'identical') return ''
  return formatPair(family.kind === 'table' ? { ...pair, pAdjusted: pair.pAdjustedTable } : pair)
}
