import { formatNumber } from '../board/format-score.ts'
import { axisBelow, type LinearScale, linearScale } from '../charts/linear-axis.ts'
import { element, type Markup } from '../markup/element.ts'

/** The differences of two methods, a clip each, with the mean and its interval that the comparison has. */
export interface PlottedDifferences {
  /** A − B, finite. */
  values: readonly number[]
  mean: number | null
  interval: { low: number; high: number } | null
  decimals: number
  /** `A − B (dB)` */
  title: string
}

/** Beyond so many clips dots would cover each other: they are counted. */
const mostDots = 60
const width = 720
const base = 110
const binWidth = 8

/** Where a place of the plot lies among the differences. */
export function plotScale({ values, interval }: PlottedDifferences): LinearScale {
  return linearScale([...values, 0, interval?.low ?? 0, interval?.high ?? 0], 8, width - 8, 0.02)
}

/** Range of differences of the bin at a place, in the plot's own units. */
export function binAt(scale: LinearScale, x: number): { low: number; high: number } {
  const from = Math.floor((x - 8) / binWidth) * binWidth
  const valueOf = (place: number) => scale.low + (place / (width - 16)) * (scale.high - scale.low)
  return { low: valueOf(from), high: valueOf(from + binWidth) }
}

/** Dots or counts of clips over their difference, 0 as a line, the mean as a diamond with its interval. */
export function differencePlot(differences: PlottedDifferences): Markup {
  const { values, mean, interval, decimals, title } = differences
  const scale = plotScale(differences)
  const many = values.length > mostDots
  const label = `${title} over ${values.length} clips${mean === null ? '' : `, mean ${formatNumber(mean, decimals)}`}`
  const middle = mean === null ? 0 : scale.at(mean)
  return element(
    'svg',
    {
      class: 'chart differences',
      role: 'img',
      'aria-label': label,
      viewBox: `0 0 ${width} ${base + 44}`,
      width,
      height: base + 44,
    },
    element('path', { class: 'axis', d: `M${scale.at(0)} 0V${base}` }),
    many
      ? element('path', { class: 'counts', d: counts(values, scale) })
      : values.map((value, at) => dot(scale.at(value), at)),
    interval &&
      element('path', {
        class: 'own-interval',
        d: `M${scale.at(interval.low)} ${base - 6}H${scale.at(interval.high)}`,
      }),
    mean !== null && element('path', { class: 'mean', d: `M${middle} ${base - 12}l6 6l-6 6l-6 -6z` }),
    axisBelow(scale, base, title, 7),
  )
}

function dot(x: number, at: number): Markup {
  // In three heights, so that neighbours can be told apart.
  return element('circle', { class: 'counts', cx: x, cy: base - 30 - (at % 3) * 14, r: 4 })
}

function counts(values: readonly number[], scale: LinearScale): string {
  const bins = Math.round((width - 16) / binWidth)
  const found = Array.from({ length: bins }, () => 0)
  for (const value of values) {
    const at = Math.floor(((value - scale.low) / (scale.high - scale.low)) * bins)
    found[Math.min(bins - 1, Math.max(0, at))]++
  }
  const tallest = found.reduce((most, count) => Math.max(most, count), 1)
  const bars = found.map((count, at) =>
    count === 0
      ? ''
      : `M${8 + at * binWidth} ${base}v-${Math.max(1, Math.round((count / tallest) * 88))}h${binWidth - 1}V${base}z`,
  )
  return bars.join('')
}
