import type { Score } from '@kinemetric/records'
import { findGroup, metricGroups } from '@kinemetric/records/metric-groups'
import type { BoardColumn } from '../board-columns.ts'
import type { BoardRow } from '../board-rows.ts'
import type { Leaderboard } from '../assemble-leaderboards.ts'

/** Metrics that are asked the same: their columns stand in one table, and one sentence says what they show together. */
export interface MetricFamily {
  /** A group's id, or `other`. */
  id: string
  title: string
  /** Ids of its metrics, in the board's order. */
  metrics: string[]
  /** Indices into the board's columns. */
  columns: number[]
}

const other = 'other'
const titles: readonly { id: string; title: string }[] = [
  ...metricGroups.filter((group) => !('within' in group)),
  { id: other, title: 'Other measures' },
]

/**
 * The families of a board in which it has columns, in the order of groups; finer groups stand in the one that they lie in. A metric's group travels with its
 * scores. In records from before it did it is read off what they rest on: scenes whose truth is known, tracks, rows of features, frames. A metric of which
 * nothing is said stands under other measures.
 */
export function metricFamilies(board: Pick<Leaderboard, 'columns' | 'rows'>): MetricFamily[] {
  return familiesOf(board, titles, (group) => findGroup(group)?.within ?? group)
}

/** The metrics of a board that are of one group, a finer one too; undefined where there are none. */
export function familyOfGroup(board: Pick<Leaderboard, 'columns' | 'rows'>, id: string): MetricFamily | undefined {
  return familiesOf(board, metricGroups, (group) => group).find((family) => family.id === id)
}

function familiesOf(
  board: Pick<Leaderboard, 'columns' | 'rows'>,
  families: readonly { id: string; title: string }[],
  familyIn: (group: string) => string,
): MetricFamily[] {
  const ofMetric = new Map<string, string>()
  for (const [index, column] of board.columns.entries()) {
    const known = ofMetric.get(column.metric)
    if (known === undefined || known === other) ofMetric.set(column.metric, groupOf(column, board.rows, index))
  }
  return families.flatMap(({ id, title }): MetricFamily[] => {
    const isOwn = (metric: string) => familyIn(ofMetric.get(metric) ?? other) === id
    const columns = [...board.columns.keys()].filter((index) => isOwn(board.columns[index].metric))
    if (columns.length === 0) return []
    const metrics = [...new Set(columns.map((index) => board.columns[index].metric))]
    return [{ id, title, metrics, columns }]
  })
}

/** A group that this version knows, or `other`. */
function groupOf(column: BoardColumn, rows: readonly BoardRow[], index: number): string {
  const scores = rows.flatMap(({ cells }) => cells[index]?.score ?? [])
  const said = scores.map(({ label }) => findGroup(label?.group)).find((group) => group !== undefined)
  if (said !== undefined) return said.id
  const has = (name: keyof NonNullable<Score['details']>) => scores.some(({ details }) => details?.[name] !== undefined)
  if (has('probe')) return 'probes'
  if (has('motion') || column.recipe.includes('/tracker:')) return 'motion'
  if (has('sampleSize')) return 'distribution'
  return has('frames') || column.signature.includes('|frames:') ? 'image' : other
}
