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

/** Letters of a line of a name: more would be cut, and with them what is said behind it of its weights. */
const lineLetters = 18
const lineHeight = 13
const smallestRow = 34

/** Differences of pairs on the clips that both have: a dot a clip, the mean with its interval, and 0. */
export async function clipDifferences(title: string, unit: string, pairs: readonly DifferenceRow[]): Promise<Chart> {
  const rows = pairs.map((pair) => ({
    ...pair,
    name: [...linesOf(pair.first), ...linesOf(`− ${pair.second}`)].join('\n'),
  }))
  const mostLines = Math.max(...rows.map(({ name }) => name.split('\n').length))
  const rowHeight = Math.max(smallestRow, (mostLines + 0.6) * lineHeight)
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
    axis: { labelLimit: 185, grid: true, labelExpr: "split(datum.label, '\\n')", labelLineHeight: lineHeight },
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

/** Words in lines; a word that is longer than a line stands alone. */
function linesOf(name: string): string[] {
  const lines: string[] = []
  for (const word of name.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= lineLetters) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

function describe({ first, second, mean, interval, separated }: DifferenceRow): string {
  const ends = interval === null ? '' : ` [${short(interval.low)}, ${short(interval.high)}]`
  return `${first} − ${second}: ${short(mean)}${ends}, ${separated ? 'separated' : 'not separated'}`
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}
