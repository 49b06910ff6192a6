import type { Interval } from '@kinemetric/records'

/** Fixed decimals with a true minus sign, `–` for null. */
export function formatNumber(value: number | null, decimals: number): string {
  if (value === null || !Number.isFinite(value)) return '–'
  const text = value.toFixed(decimals)
  // −0.000 would say that there is a sign where there is none.
  if (Number(text) === 0) return text.replace('-', '')
  return text.replace('-', '−')
}

/** Whether an interval reaches as far up as down at the printed precision, so that `±` tells all of it. */
export function isSymmetric(value: number, interval: Interval, decimals: number): boolean {
  const step = 10 ** -decimals
  return Math.abs(interval.high - value - (value - interval.low)) < 1.5 * step
}

/** `± 0.012`, or `[0.671, 0.689]`. */
export function formatInterval(interval: Interval, decimals: number, style: 'plus-minus' | 'bounds'): string {
  if (style === 'plus-minus') return `± ${formatNumber((interval.high - interval.low) / 2, decimals)}`
  return `[${formatNumber(interval.low, decimals)}, ${formatNumber(interval.high, decimals)}]`
}
