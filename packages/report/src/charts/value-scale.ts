import { element, type Markup } from '../markup/element.ts'
import type { LinearScale } from './linear-axis.ts'
import { markerAt } from './method-style.ts'

export interface ScaledValue {
  value: number
  interval: { low: number; high: number } | null
  /** The method's own. */
  floor: number | null
  ceiling: number | null
  series: number
}

/** One method's value on its metric's axis, with its interval, between its own floor (left open) and ceiling (filled): how far from nothing and from perfect. */
export function valueScale(
  { value, interval, floor, ceiling, series }: ScaledValue,
  scale: LinearScale,
  width: number,
): Markup {
  const middle = 8
  const tick = (at: number, name: string) => element('path', { class: name, d: `M${scale.at(at)} ${middle - 6}v12` })
  return element(
    'svg',
    { class: 'value-scale', viewBox: `0 0 ${width} 16`, width, height: 16, 'aria-hidden': 'true' },
    element('path', { class: 'axis', d: `M0 ${middle}H${width}` }),
    floor === null ? null : tick(floor, 'own-floor'),
    ceiling === null ? null : tick(ceiling, 'own-ceiling'),
    interval === null
      ? null
      : element('path', {
          class: 'own-interval',
          d: `M${scale.at(interval.low)} ${middle}H${scale.at(interval.high)}`,
        }),
    markerAt(series, scale.at(value), middle, 3.8),
  )
}
