import type { Score } from '@kinemetric/records'
import { clipDistribution } from '../charts/clip-distribution.ts'
import { nCurve } from '../charts/n-curve.ts'
import { formatNumber } from '../board/format-score.ts'
import { type BoardColumn, columnTitle } from '../board/board-columns.ts'
import type { BoardRow } from '../board/board-rows.ts'
import { unrelatedLevel } from '../board/bound-rows.ts'
import type { MethodValues } from './clip-values/method-values.ts'
import type { Chart } from '../charts/chart.ts'
import type { InfluenceModel, MotionModel } from './site-model.ts'

/** Charts of one or more methods over clips, a chart for each column whose table has values by clip. */
export async function distributions(
  columns: readonly BoardColumn[],
  methods: readonly { row: BoardRow; series: number; values: MethodValues }[],
): Promise<Chart[]> {
  const charts: Chart[] = []
  for (const [index, column] of columns.entries()) {
    const sign = column.better === 'higher' ? -1 : 1
    const worst = sign * Infinity
    const rows = methods
      .filter(({ row }) => row.cells[index] !== null)
      // As tables have them: the best first.
      .toSorted((a, b) => sign * ((a.row.cells[index]?.value ?? worst) - (b.row.cells[index]?.value ?? worst)) || 0)
      .map(({ row, series, values }) => ({
        id: row.id,
        name: row.name,
        series,
        values: [...(values.of(column) ?? [])].filter(Number.isFinite),
        floor: unrelatedLevel(row.cells[index]?.score)?.value ?? null,
      }))
      .filter((row) => row.values.length > 1)
    if (rows.length === 0) continue
    const { metric, recipe } = column
    const chart = await clipDistribution(columnTitle(column), axisTitle(column), rows)
    charts.push({ ...chart, of: { metric, recipe, methods: rows.map(({ id }) => id) } })
  }
  return charts
}

/** A chart for each column where some method's score was extrapolated to infinitely many samples. */
export async function nCurves(
  columns: readonly BoardColumn[],
  methods: readonly { row: BoardRow; series: number }[],
): Promise<Chart[]> {
  const charts: Chart[] = []
  for (const [index, column] of columns.entries()) {
    const series = methods.flatMap(({ row, series }) => {
      const extrapolation = row.cells[index]?.score.details?.extrapolation
      if (extrapolation === undefined) return []
      const { ns, values, intercept } = extrapolation
      return ns.length === values.length && ns.length > 0 ? [{ name: row.name, series, ns, values, intercept }] : []
    })
    if (series.length > 0) charts.push(await nCurve(columnTitle(column), series))
  }
  return charts
}

/** The ten clips that move each set metric most when left out. */
export function influence(
  row: BoardRow,
  columns: readonly BoardColumn[],
  hrefOf: (clip: string) => string | null,
): InfluenceModel[] {
  return columns.flatMap((column, index) => {
    const entries = row.cells[index]?.score.details?.influence ?? []
    if (entries.length === 0) return []
    const top = entries.toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change)).slice(0, 10)
    return [
      {
        label: columnTitle(column),
        decimals: column.decimals,
        entries: top.map(({ clip, without, change }) => ({ clip, href: hrefOf(clip), without, change })),
      },
    ]
  })
}

function threeDecimals(value: number | null): string {
  return formatNumber(value, 3)
}

function percent(value: number | null): string {
  return value === null ? '–' : `${formatNumber(100 * value, 1)} %`
}

/** Facts behind each motion score. */
export function motion(row: BoardRow, columns: readonly BoardColumn[]): MotionModel[] {
  return columns.flatMap((column, index) => {
    const score: Score | undefined = row.cells[index]?.score
    const details = score?.details?.motion
    if (details === undefined) return []
    const facts = [
      { name: 'Tracker', value: details.tracker },
      { name: 'Points per object', value: `${details.points} (seed ${details.seed})` },
    ]
    if (details.directions) {
      facts.push(
        { name: 'Generated → reference', value: threeDecimals(details.directions.generatedToReference) },
        { name: 'Reference → generated', value: threeDecimals(details.directions.referenceToGenerated) },
      )
    }
    const unrelated = unrelatedLevel(score)
    if (unrelated !== null)
      facts.push({
        name: 'What its clips get against the references of others',
        value: `${threeDecimals(unrelated.value)} (${unrelated.n} clips)`,
      })
    facts.push(
      {
        name: 'Static points, generated / reference',
        value: `${percent(details.staticShare.generated)} / ${percent(details.staticShare.reference)}`,
      },
      {
        name: 'Invisible points, generated / reference',
        value: `${percent(details.invisibleShare.generated)} / ${percent(details.invisibleShare.reference)}`,
      },
      { name: 'Clips skipped', value: String(details.skipped.length) },
    )
    return [{ label: columnTitle(column), facts, skipped: details.skipped }]
  })
}

/** `PSNR (dB), more is better` */
export function axisTitle(column: BoardColumn): string {
  const unit = column.unit === '' ? '' : ` (${column.unit})`
  return `${column.label}${unit}, ${column.better === 'higher' ? 'more' : 'less'} is better`
}
