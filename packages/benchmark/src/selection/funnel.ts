import { benchmarkError } from '../failures/benchmark-error.ts'

/** A row of a dataset that a rule leaves out: no failure, but counted in the funnel. `removedAt` is one of the rules' stages. */
export interface Removal {
  id: string
  removedAt: string
}

/** A rule of a selection: how many rows it left out, and how many stayed. */
export interface FunnelStage {
  stage: string
  removed: number
  left: number
}

/**
 * How a dataset's rows became its clips: `rows`, then one stage after the other, then `kept`. A row counts at the first stage that leaves it out.
 *
 * @param rows number of rows before any rule
 * @param stages in the order in which they are asked
 * @throws KinemetricError `bad-dataset` for a removal at a stage that is not listed
 */
export function funnelOf(rows: number, stages: readonly string[], removals: readonly Removal[]): FunnelStage[] {
  const unknown = removals.find(({ removedAt }) => !stages.includes(removedAt))
  if (unknown !== undefined)
    throw benchmarkError('bad-dataset', unknown.id, {
      expected: `to be left out at one of the stages ${stages.join(', ') || '(none)'}`,
      found: unknown.removedAt,
    })
  const byStage = Map.groupBy(removals, ({ removedAt }) => removedAt)
  const funnel: FunnelStage[] = [{ stage: 'rows', removed: 0, left: rows }]
  let left = rows
  for (const stage of stages) {
    const removed = byStage.get(stage)?.length ?? 0
    left -= removed
    funnel.push({ stage, removed, left })
  }
  return [...funnel, { stage: 'kept', removed: 0, left }]
}

/** Every row that was left out, by its id, with the stage that did. */
export function removedBy(removals: readonly Removal[]): Record<string, string> {
  return Object.fromEntries(removals.map(({ id, removedAt }) => [id, removedAt]))
}
