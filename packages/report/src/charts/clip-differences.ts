import type { Chart } from './chart.ts'
import { type Layer, renderChart } from './render-chart.ts'

/** One pair of methods: their differences clip by clip, the mean that is printed and its interval. */
export interface DifferenceRow {
  first: string
  /** The one that is taken off. */
  second: string
  values: readonly number[]
  mean: number
  interval: { low: number; high: number } | null
  separated: boolean
}

const rowHeight = 34

/** Differences of pairs on the clips that both have: a dot a clip, the mean with its interval, and 0. */
export async function clipDifferences(title: string, unit: string, pairs: readonly DifferenceRow[]): Promise<Chart> {
  const rows = pairs.map((pair) => ({ ...pair, name: `${pair.first}\n− ${pair.second}` }))
  const all = rows.flatMap(({ values, mean, interval }) => [
    ...values,
    mean,
    ...(interval === null ? [] : [interval.low, interval.high]),
  ])
  const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)]
  const margin = (high - low || 1) * 0.04
  const scale = { domain: [low - margin, high + margin], nice: false, zero: false }
  const x = {
    type: 'quantitative',
    title: `difference${unit === '' ? '' : ` (${unit})`}`,
    scale,
    axis: { tickCount: 5 },
  } as const
  const y = {
    field: 'name',
    type: 'nominal',
    title: null,
    sort: null,
    scale: { domain: rows.map(({ name }) => name) },
    // A name a line: cut short, a pair would lose its second.
    axis: { labelLimit: 185, grid: true, labelExpr: "split(datum.label, '\\n')", labelLineHeight: 13 },
  } as const
  const colour = {
    field: 'separated',
    type: 'nominal',
    scale: { domain: [true, false], range: ['var(--series-1)', 'var(--ink-2)'] },
    legend: null,
  } as const
  const dots = rows.flatMap(({ name, values, separated }) => values.map((value) => ({ name, value, separated })))
  const means = rows.map(({ name, mean, interval, separated }) => ({ name, value: mean, separated, ...interval }))
  const layer: Layer[] = [
    {
      data: { values: [{ value: 0 }] },
      mark: { type: 'rule', color: 'var(--rule-strong)' },
      encoding: { x: { ...x, field: 'value' } },
    },
    {
      data: { values: dots },
      mark: { type: 'point', size: 26, opacity: 0.55 },
      encoding: { x: { ...x, field: 'value' }, y, color: colour },
    },
    {
      data: { values: means.filter((row) => 'low' in row) },
      mark: { type: 'rule', strokeWidth: 2.5 },
      encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y, color: colour },
    },
    {
      data: { values: means },
      mark: {
        type: 'point',
        shape: 'diamond',
        size: 80,
        filled: true,
        opacity: 1,
        stroke: 'var(--paper)',
        strokeWidth: 1.5,
      },
      encoding: { x: { ...x, field: 'value' }, y, color: colour },
    },
  ]
  const description = `${title}. ${pairs.map(describe).join('; ')}`
  const { svg } = await renderChart({ width: 340, height: rows.length * rowHeight, layer }, description)
  return { title, description, svg }
}

function describe({ first, second, mean, interval, separated }: DifferenceRow): string {
  const ends = interval === null ? '' : ` [${short(interval.low)}, ${short(interval.high)}]`
  return `${first} − ${second}: ${short(mean)}${ends}, ${separated ? 'separated' : 'not separated'}`
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}
