/** Fixed decimals with a true minus sign, `–` for null. */
export function formatNumber(value: number | null, decimals: number): string {
  if (value === null || !Number.isFinite(value)) return '–'
  const text = value.toFixed(decimals)
  // −0.000 would say that there is a sign where there is none.
  if (Number(text) === 0) return text.replace('-', '')
  return text.replace('-', '−')
}

/** `[0.671, 0.689]`: ends, since most intervals reach further on one side than on the other, and `±` does not say what it is. */
export function formatInterval(interval: { low: number; high: number }, decimals: number): string {
  return `[${formatNumber(interval.low, decimals)}, ${formatNumber(interval.high, decimals)}]`
}

/**
 * How many decimals a difference needs so that rounding hides neither it nor the side of 0 that an end of its interval lies on: the metric's own, or up to
 * six more.
 * @param decimals digits of the metric
 */
export function differenceDecimals(
  { difference, interval }: { difference: number; interval: { low: number; high: number } | null },
  decimals: number,
): number {
  const needed = [difference, ...(interval === null ? [] : [interval.low, interval.high])].map((value) =>
    value === 0 || !Number.isFinite(value) ? 0 : Math.ceil(-Math.log10(Math.abs(value))),
  )
  return Math.max(decimals, Math.min(decimals + 6, Math.max(...needed)))
}
