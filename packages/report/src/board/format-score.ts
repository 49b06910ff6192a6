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
