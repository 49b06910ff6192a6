import type { Chart } from './chart.ts'
import { renderChart, seriesColours } from './render-chart.ts'

export interface DistributionRow {
  name: string
  series: number
  values: number[]
}

/** Up to here every clip is a tick of its own; above, clips are counted in bins. */
const mostTicks = 80

/** How a metric's values spread over clips: a row a method, with its mean; `baseline` marks the value that unrelated clips get. */
export async function clipDistribution(
  title: string,
  axisTitle: string,
  rows: readonly DistributionRow[],
  baseline: number | null = null,
): Promise<Chart> {
  const kept = rows
    .map((row) => ({ ...row, values: row.values.filter(Number.isFinite) }))
    .filter((row) => row.values.length > 0)
  const description =
    `${title} over clips. ` +
    kept
      .map(
        ({ name, values }) =>
          `${name}: mean ${short(mean(values))}, from ${short(min(values))} to ${short(max(values))}`,
      )
      .join('; ') +
    (baseline === null ? '' : `. Unrelated clips get ${short(baseline)}`)
  const wide = kept.some((row) => row.values.length > mostTicks)
  const low = Math.min(...kept.map((row) => min(row.values)), baseline ?? Infinity)
  const high = Math.max(...kept.map((row) => max(row.values)), baseline ?? -Infinity)
  const margin = (high - low || Math.abs(high) || 1) * 0.04
  const domain = [low - margin, high + margin]
  const x = {
    type: 'quantitative',
    title: axisTitle,
    scale: { domain, nice: false, zero: false },
    axis: { tickCount: 5 },
  } as const
  const y = {
    field: 'row',
    type: 'ordinal',
    title: null,
    scale: { domain: kept.map((_, index) => index) },
    axis: { labels: false, grid: true, domain: false },
  } as const
  const color = {
    field: 'series',
    type: 'ordinal',
    scale: { domain: [1, 2, 3, 4, 5, 6, 7, 8], range: seriesColours },
    legend: null,
  } as const
  const marks = wide
    ? {
        data: { values: kept.flatMap((row, index) => binned(row, index, domain)) },
        mark: { type: 'bar', cornerRadius: 0 } as const,
        encoding: {
          x: { ...x, field: 'start' },
          x2: { field: 'end' },
          y: {
            field: 'bottom',
            type: 'quantitative',
            title: null,
            axis: null,
            scale: { domain: [kept.length, 0], nice: false },
          },
          y2: { field: 'top' },
          color,
        },
      }
    : {
        data: {
          values: kept.flatMap((row, index) => row.values.map((value) => ({ row: index, series: row.series, value }))),
        },
        mark: { type: 'tick', thickness: 1.5, size: 15, opacity: 0.75 } as const,
        encoding: { x: { ...x, field: 'value' }, y, color },
      }
  const means = {
    data: {
      values: kept.map((row, index) => ({
        row: index,
        place: index + (wide ? 0.94 : 0.5),
        series: row.series,
        value: mean(row.values),
      })),
    },
    mark: {
      type: 'point',
      shape: wide ? 'triangle-up' : 'diamond',
      size: 70,
      filled: true,
      opacity: 1,
      stroke: 'var(--paper)',
      strokeWidth: 1.5,
    } as const,
    encoding: {
      x: { ...x, field: 'value' },
      y: wide
        ? ({
            field: 'place',
            type: 'quantitative',
            scale: { domain: [kept.length, 0], nice: false },
            axis: null,
            title: null,
          } as const)
        : y,
      color,
    },
  }
  const rule =
    baseline === null
      ? []
      : [
          {
            data: { values: [{ value: baseline }] },
            mark: { type: 'rule', strokeDash: [3, 3], color: 'var(--ink-2)', strokeWidth: 1.25 } as const,
            encoding: { x: { ...x, field: 'value' } },
          },
        ]
  const { svg } = await renderChart(
    { width: 420, height: Math.max(1, kept.length) * 30, layer: [marks, ...rule, means] } as never,
    description,
  )
  return { title, description, svg }
}

/** Counts in 48 bins as bars that stand on the row's base line; the tallest fills nine tenths of the row. */
function binned(row: DistributionRow, index: number, [low, high]: number[]) {
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
