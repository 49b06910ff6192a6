import type { Padding, Runtime } from 'vega'
import type { TopLevelSpec } from 'vega-lite'
import { methodStyle, seriesCount } from './method-style.ts'
import { openVega, type Vega } from './open-vega.ts'

/** Series colours are CSS variables, so that a chart follows the page's theme; dashes tell them apart without colour. */
const styles = Array.from({ length: seriesCount }, (_, index) => methodStyle(index + 1))
export const seriesColours = styles.map(({ colour }) => colour)
export const seriesDashes = styles.map(({ dash }) => (dash === '' ? [1, 0] : dash.split(' ').map(Number)))

/** A series in its colour, without a legend: the page has one for all its charts. */
export const seriesColour = {
  field: 'series',
  type: 'ordinal',
  scale: { domain: Array.from({ length: seriesCount }, (_, index) => index + 1), range: seriesColours },
  legend: null,
} as const

const config: NonNullable<TopLevelSpec['config']> = {
  background: 'transparent',
  font: 'inherit',
  aria: false,
  view: { stroke: null },
  axis: {
    domainColor: 'var(--rule-strong)',
    tickColor: 'var(--rule-strong)',
    gridColor: 'var(--rule)',
    labelColor: 'var(--ink-2)',
    titleColor: 'var(--ink-2)',
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelPadding: 4,
    titlePadding: 8,
    tickSize: 4,
  },
  // Plots of a page stand under each other, whatever their labels.
  axisY: { domain: false, ticks: false, minExtent: 34 },
  axisX: { grid: false },
  header: { labelColor: 'var(--ink)', titleColor: 'var(--ink-2)', labelFontSize: 11 },
  mark: { tooltip: null },
}

/** One mark of a chart that lays several over each other. */
export type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number]

export interface RenderedChart {
  svg: string
  /** Place of a value of the x scale within the SVG, and the plot's top and bottom; for charts of one plot. */
  place: (x: number) => { x: number; top: number; bottom: number }
}

let opened: Promise<Vega> | undefined

/** Compiling takes as long as drawing, and a report has the same few charts for each of its clips. */
const compiledCharts = new Map<string, Runtime>()

/**
 * A vega-lite specification as SVG text: no canvas, no script, no address, colours from CSS.
 *
 * @param label what the chart shows, for those who cannot see it
 * @param data rows (numbers or plain text) of the named data that the specification draws
 */
export async function renderChart(
  spec: TopLevelSpec,
  label: string,
  data: Record<string, object[]> = {},
): Promise<RenderedChart> {
  const vega = await (opened ??= openVega())
  // With its rows inside, a specification is good for one chart.
  const key = Object.keys(data).length === 0 ? '' : JSON.stringify(spec)
  const runtime = compiledCharts.get(key) ?? vega.parse(vega.compile({ ...spec, config }).spec)
  if (key !== '' && compiledCharts.size < 500) compiledCharts.set(key, runtime)
  const view = new vega.View(runtime, { renderer: 'none', logLevel: vega.errorLevel })
  try {
    for (const [name, rows] of Object.entries(data)) view.data(name, rows)
    const svg = await view.toSVG()
    const scale: (value: number) => number = view.scale('x')
    const origin = view.origin()
    const { left, top } = sides(view.padding())
    const offset = { x: origin[0] + left, y: origin[1] + top }
    const bottom = offset.y + view.height()
    return { svg: tidy(svg, label), place: (x) => ({ x: offset.x + scale(x), top: offset.y, bottom }) }
  } finally {
    view.finalize()
  }
}

/** Padding at the left and the top; vega gives one number where all sides are equal. */
function sides(padding: Padding): { left: number; top: number } {
  if (typeof padding === 'number') return { left: padding, top: padding }
  return { left: padding.left ?? 0, top: padding.top ?? 0 }
}

/** One accessible image that scales with its column, without vega's inner roles. */
function tidy(svg: string, label: string): string {
  const text = label.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
  return svg
    .replace(/ xmlns:xlink="[^"]*"/, '')
    .replace(
      /<svg([^>]*?) class="marks" width="([\d.]+)" height="([\d.]+)"/,
      // A function, since a name may hold what a replacement text would take for a group.
      (_, rest: string, width: string, height: string) =>
        `<svg${rest} class="chart" role="img" aria-label="${text}" width="${width}" height="${height}"`,
    )
    .replace(/ (?:aria-hidden|role|aria-roledescription)="(?!img")[^"]*"/g, '')
    .replace(/ pointer-events="none"/g, '')
    .replace(/<path class="(?:background|foreground)" d="[^"]*"(?: display="none")?><\/path>/g, '')
    .replace(/ opacity="1"/g, '')
    .replace(/ (?:d|transform|x2|y2)="[^"]*"/g, (place) => place.replace(/(\.\d\d)\d+/g, '$1'))
}
