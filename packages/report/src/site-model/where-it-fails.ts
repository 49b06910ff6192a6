import { columnTitle } from '../board/board-columns.ts'
import type { BoardRow } from '../board/board-rows.ts'
import { formatInterval, formatNumber } from '../board/format-score.ts'
import type { Leaderboard } from '../board/leaderboard.ts'
import { columnIds } from '../board/summary/column-ids.ts'
import { metricFamilies } from '../board/summary/metric-families.ts'
import type { MethodValues } from './clip-values/method-values.ts'
import { unitValues } from './clip-values/unit-values.ts'

/** Where a method does badly: by class of clips, and at the bad end of its own clips. */
export interface FailsModel {
  /** The first metric of each family that has values by clip: as addresses call it, its title, and whether more is better. */
  metrics: { id: string; title: string; better: 'higher' | 'lower' }[]
  /** Classes by number of clips; [] where clips have none. */
  classes: ClassRow[]
  /** Classes that are not among them. */
  moreClasses: number
  /** A metric each, in the order of `metrics`. */
  quantiles: QuantileClips[]
}

export interface ClassRow {
  name: string
  /** Clips of the class that the method has a value of, in the metric that has most. */
  n: number
  /** A metric each; `interval` says why there is none. */
  cells: { mean: string; interval: string }[]
}

/** Clips of which this many in a hundred of the method's own are worse. */
export interface QuantileClips {
  clips: { clip: string; label: string; text: string }[]
}

/** What a protocol knows of its clips. */
export interface ClassedClips {
  ids: readonly string[]
  labels: readonly string[]
  classes: readonly string[]
  /** Index into `classes`, −1 for none. */
  classOf: Int32Array
  /** Source videos that clips share, by number, −1 for none; absent: each clip stands for itself. */
  unitsOf?: ((clips: readonly number[]) => Int32Array) | undefined
}

/** Makes the interval of a mean of one value a clip, or says why there is none. */
export type IntervalOf = (values: Float64Array) => { low: number; high: number } | string

const mostMetrics = 3
const mostClasses = 60
const share = 0.05
const shown = 10
/** Of fewer clips a twentieth is one or two: the list of clips shows them all. */
const fewestForShare = 40

/** @param intervalOf absent: means stand alone, and it is said */
export function whereItFails(
  board: Leaderboard,
  row: BoardRow,
  values: MethodValues,
  clips: ClassedClips,
  intervalOf: IntervalOf = () => 'no interval was made',
): FailsModel {
  const ids = columnIds(board.columns)
  const chosen = metricFamilies(board)
    .flatMap(({ columns }) => columns.slice(0, 1))
    .flatMap((index) => {
      const own = row.cells[index] === null ? null : values.of(board.columns[index])
      return own === null ? [] : [{ index, column: board.columns[index], own }]
    })
    .slice(0, mostMetrics)
  const members = clips.classes.map((): number[] => [])
  for (const [clip, at] of clips.classOf.entries()) if (at >= 0) members[at].push(clip)
  const classes = clips.classes
    .map((name, at): ClassRow => {
      const having = chosen.map(({ own }) => members[at].filter((clip) => Number.isFinite(own[clip])))
      const found = having.map((list, metric) => Float64Array.from(list, (clip) => chosen[metric].own[clip]))
      const cells = found.map((list, metric) => {
        const units = clips.unitsOf === undefined ? list : unitValues(list, clips.unitsOf(having[metric]))
        return classCell(list, chosen[metric].column.decimals, () => intervalOf(units))
      })
      return { name, n: Math.max(0, ...found.map(({ length }) => length)), cells }
    })
    .filter(({ n }) => n > 0)
    .toSorted((a, b) => b.n - a.n)
  return {
    metrics: chosen.map(({ index, column }) => ({ id: ids[index], title: columnTitle(column), better: column.better })),
    classes: classes.slice(0, mostClasses),
    moreClasses: Math.max(0, classes.length - mostClasses),
    quantiles: chosen.map(({ column, own }) => ({ clips: atQuantile(own, column, clips) })),
  }
}

function classCell(
  list: Float64Array,
  decimals: number,
  intervalOf: () => ReturnType<IntervalOf>,
): ClassRow['cells'][number] {
  if (list.length === 0) return { mean: 'none', interval: '' }
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length
  const interval = intervalOf()
  return {
    mean: formatNumber(mean, decimals),
    interval: typeof interval === 'string' ? interval : formatInterval(interval, decimals),
  }
}

/** Ten clips around the place where a twentieth of the method's clips are worse: not the very worst alone, which are often no videos at all. */
function atQuantile(
  own: Float64Array,
  { better, decimals }: { better: 'higher' | 'lower'; decimals: number },
  { ids, labels }: ClassedClips,
): QuantileClips['clips'] {
  const sign = better === 'higher' ? 1 : -1
  const order = [...own.keys()]
    .filter((clip) => Number.isFinite(own[clip]))
    .toSorted((a, b) => sign * (own[a] - own[b]) || a - b)
  if (order.length < fewestForShare) return []
  const from = Math.max(0, Math.min(Math.round(share * order.length) - shown / 2, order.length - shown))
  return order
    .slice(from, from + shown)
    .map((clip) => ({ clip: ids[clip], label: labels[clip], text: formatNumber(own[clip], decimals) }))
}
