import type { DatasetRemoval } from '../datasets/dataset-adapter.ts'
import { benchmarkError } from '../failures/benchmark-error.ts'

/** A rule of a selection: how many rows it left out, how many stayed, and which it left out. */
export interface FunnelStage {
  stage: string
  removed: number
  left: number
  /** Every row that was left out here, in the dataset's order. */
  ids: string[]
}

/**
 * How a dataset's rows became its clips: `rows`, then one stage after the other. A row counts at the first stage that leaves it out.
 *
 * @param rows number of rows before any rule
 * @param stages in the order in which they are asked
 * @throws KinemetricError `bad-dataset` for a removal at a stage that is not listed
 */
export function funnelOf(rows: number, stages: readonly string[], removals: readonly DatasetRemoval[]): FunnelStage[] {
  const unknown = removals.find(({ removedAt }) => !stages.includes(removedAt))
  if (unknown !== undefined)
    throw benchmarkError('bad-dataset', unknown.id, {
      expected: `to be left out at one of the stages ${stages.join(', ') || '(none)'}`,
      found: unknown.removedAt,
    })
  const byStage = Map.groupBy(removals, ({ removedAt }) => removedAt)
  const funnel: FunnelStage[] = [{ stage: 'rows', removed: 0, left: rows, ids: [] }]
  let left = rows
  for (const stage of stages) {
    const ids = (byStage.get(stage) ?? []).map(({ id }) => id)
    left -= ids.length
    funnel.push({ stage, removed: ids.length, left, ids })
  }
  return funnel
}
