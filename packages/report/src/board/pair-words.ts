import type { ComparedColumn, ComparedPair } from '@kinemetric/records'
import { differenceDecimals, formatInterval, formatNumber } from './format-score.ts'
import { formatPair } from './format-p.ts'

/** A number of clips, and of source videos where these are fewer: `29 clips`, `40 clips of 29 videos`. */
export function clipsAndUnits({ clips, units }: Pick<ComparedColumn, 'clips' | 'units'>): string {
  const { common } = clips
  const noun = common === 1 ? 'clip' : 'clips'
  return units === common ? `${common} ${noun}` : `${common} ${noun} of ${units} videos`
}

/**
 * What one pair allows to say, in a sentence: a direction only where the pair is separated.
 * @param decimals digits of the metric
 */
export function pairSentence(
  pair: ComparedPair,
  column: Pick<ComparedColumn, 'clips' | 'units'>,
  decimals: number,
  nameOf: (method: string) => string = (method) => method,
): string {
  const [first, second] = [nameOf(pair.first), nameOf(pair.second)]
  const both = `${first} and ${second}`
  const n = clipsAndUnits(column)
  const difference = differenceText(pair, decimals)
  if (pair.verdict === 'identical') return `${both}: identical, the generated frames are the same on every clip`
  if (pair.verdict === 'cannot-separate')
    return `${both}: ${pair.reason ?? `cannot separate at n = ${column.units}`}; difference ${difference}`
  if (pair.verdict === 'not-resolved') {
    const needed = pair.resolution === undefined ? '' : ` (at least ${formatNumber(pair.resolution, decimals)} needed)`
    const why = pair.reason === undefined ? `not resolved at n = ${column.units}${needed}` : pair.reason
    return `${both}: ${why}; difference ${difference}, ${formatPair(pair)}`
  }
  if (pair.verdict === 'not-separated')
    return `${both}: not separated, difference ${difference} on ${n}, ${formatPair(pair)}${seenText(pair, column, decimals)}${remarks(pair)}`
  const [better, other] = pair.verdict === 'first-better' ? [first, second] : [second, first]
  const by = differenceText(pair, decimals, Math.sign(pair.difference))
  return `${better} better than ${other} by ${by} on ${n}, ${formatPair(pair)}${remarks(pair)}`
}

function seenText({ detectable80 }: ComparedPair, { units }: Pick<ComparedColumn, 'units'>, decimals: number): string {
  if (detectable80 === null) return ''
  return `; n = ${units} shows a difference of ${formatNumber(detectable80, decimals)} four times in five`
}

/** `0.012 [0.004, 0.021]`; `sign` −1 turns it. */
export function differenceText(pair: ComparedPair, decimals: number, sign = 1): string {
  const digits = differenceDecimals(pair, decimals)
  const value = formatNumber(sign * pair.difference, digits)
  if (pair.interval === null) return value
  const [low, high] = [sign * pair.interval.low, sign * pair.interval.high].toSorted((a, b) => a - b)
  return `${value} ${formatInterval({ low, high }, digits)}`
}

/** A rank interval: `1–3`, or `2` where it is one rank. */
export function rankText({ rankLow, rankHigh }: { rankLow: number; rankHigh: number }): string {
  return rankLow === rankHigh ? `${rankLow}` : `${rankLow}–${rankHigh}`
}

function remarks({ skewed }: ComparedPair): string {
  return skewed ? ' (differences are skewed: p tests exchangeability, not the mean)' : ''
}
