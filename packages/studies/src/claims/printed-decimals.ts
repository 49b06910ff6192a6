import type { Claims } from '@kinemetric/records'

/**
 * Digits behind the point that a paper prints in a column: the most that its claims say (`decimals`), or that their numbers show where they do not. JSON drops
 * zeros at the end: a column of 5.0 and 7.0 alone has to say so.
 * @param column claims of one metric; empty cells (null) count for nothing
 */
export function printedDecimals(column: readonly Claims['values'][number][]): number {
  const digits = column.flatMap(({ value, decimals }) =>
    value === null ? [] : [decimals ?? (String(value).split('.')[1] ?? '').length],
  )
  return Math.max(0, ...digits)
}
