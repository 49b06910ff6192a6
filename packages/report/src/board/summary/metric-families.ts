import type { Score } from '@kinemetric/records'
import type { BoardColumn } from '../board-columns.ts'
import type { BoardRow } from '../board-rows.ts'
import type { Leaderboard } from '../assemble-leaderboards.ts'

export type FamilyId = 'image' | 'motion' | 'distribution' | 'probes' | 'other'

/** Metrics that look at the same thing: their columns stand in one table, and one sentence says what they show together. */
export interface MetricFamily {
  id: FamilyId
  title: string
  /** Ids of its metrics, in the board's order. */
  metrics: string[]
  /** Indices into the board's columns. */
  columns: number[]
}

const titles: readonly (readonly [id: FamilyId, title: string])[] = [
  ['image', 'Image quality'],
  ['motion', 'Motion'],
  ['distribution', 'Distribution'],
  ['probes', 'Probes'],
  ['other', 'Other measures'],
]

/**
 * The families of a board in which it has columns, in a fixed order. What a metric looks at is read off what its scores rest on, so that a report needs no
 * list of metrics: scenes whose truth is known, tracks, rows of features, frames. A metric of which nothing is said stands under other measures.
 */
export function metricFamilies(board: Pick<Leaderboard, 'columns' | 'rows'>): MetricFamily[] {
  const ofMetric = new Map<string, FamilyId>()
  for (const [index, column] of board.columns.entries()) {
    const known = ofMetric.get(column.metric)
    if (known === undefined || known === 'other') ofMetric.set(column.metric, familyOf(column, board.rows, index))
  }
  return titles.flatMap(([id, title]): MetricFamily[] => {
    const columns = [...board.columns.keys()].filter((index) => ofMetric.get(board.columns[index].metric) === id)
    if (columns.length === 0) return []
    const metrics = [...new Set(columns.map((index) => board.columns[index].metric))]
    return [{ id, title, metrics, columns }]
  })
}

function familyOf(column: BoardColumn, rows: readonly BoardRow[], index: number): FamilyId {
  const scores = rows.flatMap(({ cells }) => cells[index]?.score ?? [])
  const has = (name: keyof NonNullable<Score['details']>) => scores.some(({ details }) => details?.[name] !== undefined)
  if (has('probe')) return 'probes'
  if (has('motion') || column.recipe.includes('/tracker:')) return 'motion'
  if (has('sampleSize')) return 'distribution'
  return has('frames') || column.signature.includes('|frames:') ? 'image' : 'other'
}
