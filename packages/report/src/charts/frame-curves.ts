import type { Chart } from './chart.ts'
import { renderChart, seriesColour, seriesDashes } from './render-chart.ts'

export interface CurveSeries {
  name: string
  /** 1 to 8 */
  series: number
  values: { frame: number; value: number }[]
}

/** A metric by frame, one line a method, with the geometry for a playhead. `frames` is the length of the clip. */
export async function frameCurves(
  title: string,
  axisTitle: string,
  series: readonly CurveSeries[],
  frames: number,
): Promise<Chart> {
  const values = series.flatMap(({ series, values }) =>
    values.filter(({ value }) => Number.isFinite(value)).map(({ frame, value }) => ({ frame, value, series })),
  )
  const description = `${title} by frame for ${series.map(({ name }) => name).join(', ')}`
  const { svg, place } = await renderChart(
    {
      width: 340,
      height: 150,
      data: { name: 'curves' },
      mark: {
        type: 'line',
        strokeWidth: 1.75,
        interpolate: 'linear',
        point: values.length <= 200 ? { size: 14 } : false,
      },
      encoding: {
        x: {
          field: 'frame',
          type: 'quantitative',
          title: 'frame',
          scale: { domain: [0, Math.max(1, frames - 1)], nice: false },
          axis: { tickCount: Math.min(frames, 7), tickMinStep: 1, format: 'd' },
        },
        y: {
          field: 'value',
          type: 'quantitative',
          title: axisTitle,
          scale: { zero: false, nice: true },
          axis: { tickCount: 4 },
        },
        color: seriesColour,
        strokeDash: { ...seriesColour, scale: { ...seriesColour.scale, range: seriesDashes } },
      },
    },
    description,
    { curves: values },
  )
  const start = place(0)
  return {
    title,
    description,
    svg,
    playhead: { left: start.x, step: place(1).x - start.x, top: start.top, bottom: start.bottom },
  }
}
