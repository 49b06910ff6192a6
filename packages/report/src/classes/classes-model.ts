import type { ClassScore, ClassScores } from '@kinemetric/records'
import { columnTitle } from '../board/board-columns.ts'
import { formatInterval, formatNumber } from '../board/format-score.ts'
import type { Leaderboard } from '../board/leaderboard.ts'
import { shortText } from '../board/presentable.ts'
import { columnIds } from '../board/summary/column-ids.ts'
import { classFoot } from './class-foot.ts'

/** Scores by class as pages show them: a metric each, of each method. */
export interface ClassesModel {
  by: string
  /** Classes by number of clips, then clips without one and all of them. */
  rows: ClassesRow[]
  /** Classes that have no room. */
  more: number
  /** As addresses call them, with their titles. */
  metrics: ClassesMetric[]
  /** What qualifies the numbers. */
  foot: string[]
}

export interface ClassesRow {
  name: string
  clips: number
  kind: 'class' | 'none' | 'all'
}

export interface ClassesMetric {
  id: string
  title: string
  recipe: string
  unit: string
  better: 'higher' | 'lower'
  /** Methods that have the metric, by the board's rows. */
  methods: { row: number; cells: (ClassesCell | null)[] }[]
}

/** A class's score; null where the method has none of its clips. */
export interface ClassesCell {
  value: number | null
  text: string
  interval: string
  /** Clips with a value. */
  n: number
  /** Why there is no interval; '' where there is one. */
  why: string
}

/** A page shows no more. */
const mostRows = 200
/** Cells of a page: beyond, fewer classes are shown. */
const mostCells = 12_000
const mostLetters = 200

/** @param scores of the board's protocol, presentable */
export function classesModel(board: Leaderboard, scores: ClassScores): ClassesModel | null {
  const ids = columnIds(board.columns)
  const columns = board.columns.flatMap((column, at) => {
    const own = scores.columns.find(
      ({ metric, signature }) => metric === column.metric && signature === column.signature,
    )
    const methods = board.rows.flatMap((row, index) => {
      const found = own?.methods.find(({ method }) => method === row.id)
      return found === undefined ? [] : [{ index, found }]
    })
    return methods.length === 0 ? [] : [{ column, id: ids[at], methods }]
  })
  if (columns.length === 0) return null
  const width = columns.reduce((sum, { methods }) => sum + methods.length, 0)
  const count = Math.min(scores.classes.length, mostRows, Math.max(20, Math.floor(mostCells / width)))
  const rows: ClassesRow[] = scores.classes
    .slice(0, count)
    .map(({ name, clips }) => ({ name: shortText(name, mostLetters), clips, kind: 'class' }))
  if (scores.unlabelled > 0) rows.push({ name: `no ${scores.by}`, clips: scores.unlabelled, kind: 'none' })
  rows.push({ name: 'all clips', clips: scores.clips, kind: 'all' })
  return {
    by: scores.by,
    rows,
    more: scores.classes.length - count,
    metrics: columns.map(({ column, id, methods }) => ({
      id,
      title: columnTitle(column),
      recipe: column.recipe,
      unit: column.unit,
      better: column.better,
      methods: methods.map(({ index, found }) => ({
        row: index,
        cells: [...found.classes.slice(0, count), ...(scores.unlabelled > 0 ? [found.unlabelled] : []), found.all].map(
          (score) => cellOf(score, column.decimals),
        ),
      })),
    })),
    foot: classFoot(scores),
  }
}

function cellOf(score: ClassScore | null, decimals: number): ClassesCell | null {
  if (score === null) return null
  const { value, interval, n, reason = '' } = score
  return {
    value,
    text: formatNumber(value, decimals),
    interval: interval === null ? '' : formatInterval(interval, decimals),
    n,
    why: interval === null ? reason : '',
  }
}
