import type { GatedMetric } from '@kinemetric/records'
import { element, type Markup } from '../markup/element.ts'
import { cellsOf } from './gate-words.ts'

const [width, height] = [360, 64]
const [left, right] = [16, 344]

/** The interval of what became better, with 0 and the margin on one line: a gate passes where the bar lies right of the margin. Null without an interval. */
export function gapChart(row: GatedMetric): Markup | null {
  const { interval, margin, difference } = row
  if (interval === null || difference === null) return null
  const estimate = row.better === 'higher' ? difference : -difference
  const ends = [interval.low, interval.high, 0, ...(margin === null ? [] : [-margin.value])]
  const [low, high] = [Math.min(...ends), Math.max(...ends)]
  const span = high - low || 1
  const x = (value: number) => Number((left + ((value - low) / span) * (right - left)).toFixed(1))
  const mark = (value: number, className: string, label: string, y: number) => [
    element('line', { class: className, x1: x(value), x2: x(value), y1: 6, y2: 32 }),
    element('text', { x: x(value), y, 'text-anchor': anchor(x(value)) }, label),
  ]
  const cells = cellsOf(row)
  return element(
    'svg',
    {
      role: 'img',
      viewBox: `0 0 ${width} ${height}`,
      'aria-label': `better by ${cells.gain}, interval ${cells.interval}${margin === null ? '' : `, margin −${cells.margin}`}`,
    },
    element('line', { class: 'axis', x1: left, x2: right, y1: 19, y2: 19 }),
    element('line', { class: 'bar', x1: x(interval.low), x2: x(interval.high), y1: 19, y2: 19 }),
    element('circle', { cx: x(estimate), cy: 19, r: 5 }),
    mark(0, 'axis', 'as before', 45),
    margin === null ? null : mark(-margin.value, 'margin', 'margin', Math.abs(x(0) - x(-margin.value)) < 100 ? 60 : 45),
  )
}

function anchor(place: number): string {
  return place < 60 ? 'start' : place > width - 60 ? 'end' : 'middle'
}
