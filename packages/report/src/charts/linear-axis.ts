import { formatNumber } from '../board/format-score.ts'
import { element, type Markup } from '../markup/element.ts'

/** A linear scale from values to places. */
export interface LinearScale {
  low: number
  high: number
  /** Place of a value, two decimals. */
  at(value: number): number
}

/** @param margin share of the range that is left free on both sides */
export function linearScale(values: Iterable<number>, from: number, to: number, margin = 0.03): LinearScale {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (low > high) [low, high] = [0, 1]
  // One value has no range of its own: it stands in the middle of one that is made for it.
  const room = high > low ? (high - low) * margin : Math.abs(high) || 1
  const [start, end] = [low - room, high + room]
  return {
    low: start,
    high: end,
    at: (value) => Number((from + ((value - start) / (end - start)) * (to - from)).toFixed(2)),
  }
}

/** Round numbers within a range, about as many as asked for, and the decimals that tell them apart. */
export function roundTicks(low: number, high: number, count: number): { values: number[]; decimals: number } {
  const span = high - low
  if (!(span > 0) || !Number.isFinite(span)) return { values: [], decimals: 0 }
  const power = 10 ** Math.floor(Math.log10(span / count))
  const step = [1, 2, 5, 10].map((times) => times * power).find((each) => span / each <= count + 1) ?? 10 * power
  const decimals = Math.min(12, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)))
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return { values: Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => (first + at) * step), decimals }
}

/** Ticks, their labels and the title of an axis below a drawing. @param y where the line stands */
export function axisBelow(scale: LinearScale, y: number, title: string, count = 5): Markup[] {
  const { values, decimals } = roundTicks(scale.low, scale.high, count)
  const places = values.map((value) => scale.at(value))
  const line = `M${scale.at(scale.low)} ${y}H${scale.at(scale.high)}${places.map((x) => `M${x} ${y}v4`).join('')}`
  return [
    element('path', { class: 'axis', d: line }),
    ...values.map((value, index) =>
      element(
        'text',
        { class: 'tick', x: places[index], y: y + 17, 'text-anchor': 'middle' },
        formatNumber(value, decimals),
      ),
    ),
    element(
      'text',
      { class: 'axis-title', x: scale.at((scale.low + scale.high) / 2), y: y + 34, 'text-anchor': 'middle' },
      title,
    ),
  ]
}
