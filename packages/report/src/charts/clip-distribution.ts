import { element, type Markup } from '../markup/element.ts'
import { toHtml } from '../markup/to-html.ts'
import type { Chart } from './chart.ts'
import { axisBelow, type LinearScale, linearScale } from './linear-axis.ts'
import { markerAt, methodStyle } from './method-style.ts'

export interface DistributionRow {
  name: string
  /** From 1: colour and marker. */
  series: number
  /** One a clip. */
  values: readonly number[]
  /** What its own clips get against the references of others; absent or null where that is not known. */
  floor?: number | null | undefined
}

/** Beyond so many clips their marks would cover each other: they are counted. */
const mostTicks = 60
const width = 360
/** Pixels that a bin is wide, so that its outline is written in whole steps. */
const binWidth = 8
const rowHeight = 44
/** Of a row, below the name. */
const plotTop = 20
const plotBottom = 40

/**
 * A metric over clips, a row a method: a mark a clip or counts of clips, the mean on the row's line, and the method's own floor in its own row, since a
 * method is held against its own chance alone.
 */
export async function clipDistribution(
  title: string,
  axisTitle: string,
  rows: readonly DistributionRow[],
): Promise<Chart> {
  const kept = rows
    .map((row) => ({ ...row, values: row.values.filter(Number.isFinite) }))
    .filter(({ values }) => values.length > 0)
  const description = `${title} over clips. ${kept.map(describe).join('; ')}`
  const scale = linearScale(everyValue(kept), 8, width - 8)
  const bottom = kept.length * rowHeight + 6
  const svg = element(
    'svg',
    {
      class: 'chart',
      role: 'img',
      'aria-label': description,
      viewBox: `0 0 ${width} ${bottom + 40}`,
      width,
      height: bottom + 40,
    },
    kept.map((row, index) => drawRow(row, index * rowHeight, scale)),
    axisBelow(scale, bottom, axisTitle),
  )
  return Promise.resolve({ title, description, svg: toHtml(svg) })
}

function drawRow(row: DistributionRow, top: number, scale: LinearScale): Markup[] {
  const { name, series, values, floor } = row
  const { colour } = methodStyle(series)
  const base = top + plotBottom
  const many = values.length > mostTicks
  const marks = many
    ? element('path', { d: histogram(values, scale, base), fill: colour, 'fill-opacity': 0.75 })
    : element('path', {
        d: values.map((value) => `M${scale.at(value)} ${top + plotTop}v14`).join(''),
        stroke: colour,
        'stroke-width': 1.5,
      })
  const own =
    floor === undefined || floor === null
      ? null
      : element('path', { class: 'own-floor', d: `M${scale.at(floor)} ${top + plotTop - 3}V${base}` })
  return [
    element('text', { class: 'row-name', x: 0, y: top + 13 }, name),
    element('path', { class: 'axis', d: `M${scale.at(scale.low)} ${base}H${scale.at(scale.high)}` }),
    marks,
    ...(own === null ? [] : [own]),
    markerAt(series, scale.at(mean(values)), base),
  ]
}

/** Counts as one outline that stands on the row's line, in steps from bin to bin; the tallest fills the plot. */
function histogram(values: readonly number[], scale: LinearScale, base: number): string {
  const [left, right] = [scale.at(scale.low), scale.at(scale.high)]
  const bins = Math.round((right - left) / binWidth)
  const counts = Array.from({ length: bins }, () => 0)
  const span = scale.high - scale.low
  for (const value of values) counts[Math.min(bins - 1, Math.floor(((value - scale.low) / span) * bins))]++
  const tallest = counts.reduce((most, count) => Math.max(most, count), 1)
  const heights = counts.map((count) => Math.round((2 * (plotBottom - plotTop) * count) / tallest) / 2)
  const steps = heights.map((height, at) => {
    const rise = height - (heights[at - 1] ?? 0)
    return `${rise === 0 ? '' : `v${-rise}`}h${binWidth}`
  })
  return `M${left} ${base}${steps.join('').replaceAll(/(?:h8){2,}/g, (run) => `h${(run.length / 2) * binWidth}`)}V${base}z`
}

function* everyValue(rows: readonly DistributionRow[]): Iterable<number> {
  for (const { values, floor } of rows) {
    yield* values
    if (floor !== undefined && floor !== null) yield floor
  }
}

function describe({ name, values, floor }: DistributionRow): string {
  const scale = linearScale(values, 0, 1, 0)
  const text = `${name}: mean ${short(mean(values))}, from ${short(scale.low)} to ${short(scale.high)}`
  return floor === undefined || floor === null ? text : `${text}, unrelated clips get ${short(floor)}`
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}
