import { csvText } from '../markup/csv-text.ts'
import type { Chart } from './chart.ts'
import { renderChart, seriesColour } from './render-chart.ts'

export interface NCurveSeries {
  name: string
  series: number
  ns: readonly number[]
  values: readonly number[]
  /** Value expected of infinitely many samples. */
  intercept: number
}

/** A set metric against 1/N and the straight line to 1/N = 0, after Chong & Forsyth (2020): how far the sample size biases it. */
export async function nCurve(label: string, all: readonly NCurveSeries[]): Promise<Chart> {
  const title = `${label}∞: ${label} against sample size`
  const series = all.filter((entry) => entry.ns.length === entry.values.length && entry.ns.length > 0)
  const description =
    `${label} against 1/N with the line to infinitely many samples. ` +
    series.map((entry) => `${entry.name}: ${label}∞ ${Number(entry.intercept.toPrecision(5))}`).join('; ')
  const points = series.flatMap(({ series, ns, values }) =>
    ns.map((n, index) => ({ series, x: 1 / n, value: values[index] })).filter(({ value }) => Number.isFinite(value)),
  )
  const lines = series.flatMap((entry) => {
    const slope = leastSquaresSlope(entry)
    const far = 1 / Math.min(...entry.ns)
    return [0, far].map((x) => ({ series: entry.series, x, value: entry.intercept + slope * x }))
  })
  const ends = series.map(({ series, intercept }) => ({ series, x: 0, value: intercept }))
  const ticks = tickSizes(series.flatMap((entry) => entry.ns))
  const tickPlaces: number[] = [0, ...ticks.map((n) => 1 / n)]
  const labelExpr = `datum.value === 0 ? '∞' : format(round(1 / datum.value), 'd')`
  const x = {
    field: 'x',
    type: 'quantitative',
    title: 'N (samples, on a scale of 1/N)',
    scale: { zero: true, nice: false },
    axis: { values: tickPlaces, labelExpr, labelOverlap: true },
  } as const
  const y = {
    field: 'value',
    type: 'quantitative',
    title: label,
    scale: { zero: false },
    axis: { tickCount: 4 },
  } as const
  const { svg } = await renderChart(
    {
      width: 340,
      height: 170,
      layer: [
        { data: { values: lines }, mark: { type: 'line', strokeWidth: 1.5 }, encoding: { x, y, color: seriesColour } },
        {
          data: { values: points },
          mark: { type: 'point', size: 22, filled: true, opacity: 0.9 },
          encoding: { x, y, color: seriesColour },
        },
        {
          data: { values: ends },
          mark: { type: 'point', size: 60, filled: true, fill: 'var(--paper)', strokeWidth: 1.75, opacity: 1 },
          encoding: { x, y, stroke: seriesColour },
        },
      ],
    },
    description,
  )
  const lineOf = ({ name, ns, values, intercept }: NCurveSeries) => [
    ...ns.map((n, at) => [name, n, values[at]]),
    [name, 'infinitely many', intercept],
  ]
  return { title, description, svg, csv: csvText([['method', 'N', label], ...series.flatMap(lineOf)]) }
}

/** Slope of the line through (0, intercept) that fits the points best. */
function leastSquaresSlope({ ns, values, intercept }: NCurveSeries): number {
  let up = 0
  let down = 0
  for (const [index, n] of ns.entries()) {
    up += (values[index] - intercept) / n
    down += 1 / n ** 2
  }
  return down === 0 ? 0 : up / down
}

/** A few sizes to label: the smallest, and those at least a third of the axis away from the ones before. */
function tickSizes(ns: readonly number[]): number[] {
  const sorted = [...new Set(ns)].toSorted((a, b) => a - b)
  const span = 1 / sorted[0]
  const kept: number[] = []
  for (const n of sorted) {
    if (kept.every((other) => Math.abs(1 / other - 1 / n) > span / 6) && 1 / n > span / 8) kept.push(n)
  }
  return kept
}
