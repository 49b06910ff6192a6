import type { Chart } from './chart.ts'
import { type Layer, renderChart, seriesColour } from './render-chart.ts'

export interface DistributionRow {
  name: string
  series: number
  values: number[]
  /** What this method's own clips get against the references of other clips. */
  floor?: number | null | undefined
}

/** Up to here every clip is a tick of its own; above, clips are counted in bins. */
const mostTicks = 80

/** How a metric's values spread over clips: a row a method, with its mean and, where it has one, its own floor: what its clips get against others' references. */
export async function clipDistribution(
  title: string,
  axisTitle: string,
  rows: readonly DistributionRow[],
): Promise<Chart> {
  const kept = rows
    .map((row) => ({ ...row, values: row.values.filter(Number.isFinite) }))
    .filter((row) => row.values.length > 0)
  const description = `${title} over clips. ${kept.map(describe).join('; ')}`
  const wide = kept.some((row) => row.values.length > mostTicks)
  const floors = kept.flatMap(({ floor }) => floor ?? [])
  const low = Math.min(...kept.map((row) => min(row.values)), ...floors)
  const high = Math.max(...kept.map((row) => max(row.values)), ...floors)
  const margin = (high - low || Math.abs(high) || 1) * 0.04
  const domain: Domain = [low - margin, high + margin]
  const scale = { domain, nice: false, zero: false }
  const x = { type: 'quantitative', title: axisTitle, scale, axis: { tickCount: 5 } } as const
  const layer = [
    wide ? bars(kept, x, domain) : ticks(kept, x),
    ...(floors.length === 0 ? [] : [floorLines(kept, x)]),
    means(kept, x, wide),
  ]
  const { svg } = await renderChart({ width: 420, height: Math.max(1, kept.length) * 30, layer }, description)
  return { title, description, svg }
}

function describe({ name, values, floor }: DistributionRow): string {
  const text = `${name}: mean ${short(mean(values))}, from ${short(min(values))} to ${short(max(values))}`
  return floor === undefined || floor === null ? text : `${text}, unrelated clips get ${short(floor)}`
}

type Domain = [low: number, high: number]

/** The axis of values, which all layers share. */
interface Axis {
  readonly type: 'quantitative'
  readonly title: string
  readonly scale: { domain: Domain; nice: boolean; zero: boolean }
  readonly axis: { readonly tickCount: number }
}

/** A row a method, named by its index. */
function rowAxis(rows: readonly DistributionRow[]) {
  return {
    field: 'row',
    type: 'ordinal',
    title: null,
    scale: { domain: rows.map((_, index) => index) },
    axis: { labels: false, grid: true, domain: false },
  } as const
}

/** Places between rows, from the top: 0 is the first row's upper edge. */
function placeAxis(rows: readonly DistributionRow[]) {
  const domain: Domain = [rows.length, 0]
  return { type: 'quantitative', title: null, axis: null, scale: { domain, nice: false } } as const
}

/** A tick a clip. */
function ticks(rows: readonly DistributionRow[], x: Axis): Layer {
  const values = rows.flatMap((row, index) => row.values.map((value) => ({ row: index, series: row.series, value })))
  return {
    data: { values },
    mark: { type: 'tick', thickness: 1.5, size: 15, opacity: 0.75 },
    encoding: { x: { ...x, field: 'value' }, y: rowAxis(rows), color: seriesColour },
  }
}

/** Clips counted in bins. */
function bars(rows: readonly DistributionRow[], x: Axis, domain: Domain): Layer {
  return {
    data: { values: rows.flatMap((row, index) => binned(row, index, domain)) },
    mark: { type: 'bar', cornerRadius: 0 },
    encoding: {
      x: { ...x, field: 'start' },
      x2: { field: 'end' },
      y: { ...placeAxis(rows), field: 'bottom' },
      y2: { field: 'top' },
      color: seriesColour,
    },
  }
}

/** The mean of each row: on the ticks, or below the bars. */
function means(rows: readonly DistributionRow[], x: Axis, wide: boolean): Layer {
  const values = rows.map((row, index) => ({
    row: index,
    place: index + (wide ? 0.94 : 0.5),
    series: row.series,
    value: mean(row.values),
  }))
  return {
    data: { values },
    mark: {
      type: 'point',
      shape: wide ? 'triangle-up' : 'diamond',
      size: 70,
      filled: true,
      opacity: 1,
      stroke: 'var(--paper)',
      strokeWidth: 1.5,
    },
    encoding: {
      x: { ...x, field: 'value' },
      y: wide ? { ...placeAxis(rows), field: 'place' } : rowAxis(rows),
      color: seriesColour,
    },
  }
}

/** A dashed line a row that has a floor, within its own row: a method is held against its own chance alone. */
function floorLines(rows: readonly DistributionRow[], x: Axis): Layer {
  const values = rows.flatMap(({ floor }, index) =>
    floor === undefined || floor === null ? [] : [{ value: floor, top: index + 0.05, bottom: index + 0.95 }],
  )
  return {
    data: { values },
    mark: { type: 'rule', strokeDash: [3, 3], color: 'var(--ink-2)', strokeWidth: 1.5 },
    encoding: {
      x: { ...x, field: 'value' },
      y: { ...placeAxis(rows), field: 'top' },
      y2: { field: 'bottom' },
    },
  }
}

/** Counts in 48 bins as bars that stand on the row's base line; the tallest fills nine tenths of the row. */
function binned(row: DistributionRow, index: number, [low, high]: Domain) {
  const bins = 48
  const counts = Array.from({ length: bins }, () => 0)
  for (const value of row.values) counts[Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins))]++
  const tallest = Math.max(...counts)
  const width = (high - low) / bins
  return counts.flatMap((count, bin) =>
    count === 0
      ? []
      : [
          {
            series: row.series,
            start: low + bin * width,
            end: low + (bin + 1) * width,
            bottom: index + 0.95,
            top: index + 0.95 - (0.85 * count) / tallest,
          },
        ],
  )
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

// Spreading a long list into Math.min overflows the stack.
function min(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity)
}

function max(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity)
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}
