import { setImmediate } from 'node:timers/promises'
import type { Journal } from '../journal/journal.ts'
import { type ClipOutcome, type OutcomeKey, outcomeKey } from '../journal/measurement.ts'
import type { FeatureCache } from '../store/feature-cache.ts'
import { isDone, type MeasuredMethod, type MeasuringInput, type Task, tasksOf } from './tasks.ts'

export interface Journals {
  store: FeatureCache
  journalOf: (method: MeasuredMethod) => Journal
  /** What was measured elsewhere, by `outcomeKey`: taken over where it is what would be measured now. */
  othersOf?: ((method: MeasuredMethod) => ReadonlyMap<string, ClipOutcome>) | undefined
}

/** What is to be measured, and what has been. */
export interface PendingTasks {
  /** Lines that are wanted. */
  total: number
  pending: readonly Task[]
  /** Tasks of each method, by its id; of `resumed` the lines that were taken over from elsewhere. */
  methods: ReadonlyMap<string, MethodCounts>
}

export interface MethodCounts {
  resumed: number
  taken: number
  scoredNow: number
}

/** Lets timers and signals have their turn now and then: files are looked at without waiting. */
function givingWay(everyMs = 50): () => Promise<void> | undefined {
  let last = performance.now()
  return () => {
    if (performance.now() - last < everyMs) return undefined
    return setImmediate().then(() => void (last = performance.now()))
  }
}

/**
 * Holds every wanted line against the journals. What they have of files that have changed since is taken out of them first, so that a run that ends here leaves
 * nothing that could be taken for measured; what was measured elsewhere is put in.
 * @throws what the journals throw
 */
export async function findPending({
  store,
  journalOf,
  othersOf,
  ...input
}: MeasuringInput & Journals): Promise<PendingTasks> {
  const tasks = tasksOf(input)
  const methods = new Map(input.methods.map(({ id }) => [id, { resumed: 0, taken: 0, scoredNow: 0 }]))
  const pending: Task[] = []
  const turn = givingWay()
  for (const [method, own] of Map.groupBy(tasks, (task) => task.method)) {
    const journal = journalOf(method)
    const others = othersOf?.(method)
    const counts = methods.get(method.id)!
    const stale: OutcomeKey[] = []
    const taken: ClipOutcome[] = []
    for (const task of own) {
      await turn()
      const known = journal.get(task.key)
      const isKnown = known !== undefined && (await isDone(store, known, task))
      if (known !== undefined && !isKnown) stale.push(task.key)
      const other = isKnown ? undefined : others?.get(outcomeKey(task.key))
      const isTaken = other !== undefined && (await isDone(store, other, task))
      if (isTaken) taken.push(other)
      if (isKnown || isTaken) counts.resumed++
      else {
        counts.scoredNow++
        pending.push(task)
      }
    }
    await journal.drop(stale)
    if (taken.length > 0) await journal.add(...taken)
    counts.taken = taken.length
  }
  return { total: tasks.length, pending, methods }
}
