import { setImmediate } from 'node:timers/promises'
import type { RecordFailure } from '@kinemetric/records'
import type { Journal } from '../journal/journal.ts'
import type { OutcomeLookup } from '../journal/journal-lines.ts'
import type { ClipOutcome, OutcomeKey } from '../journal/measurement.ts'
import type { FeatureCache } from '../store/feature-cache.ts'
import { PendingTasks } from './pending-tasks.ts'
import { isDone, type MeasuredMethod, type MeasuringInput, placesOf, taskAt } from './tasks.ts'

export interface Journals {
  store: FeatureCache
  journalOf: (method: MeasuredMethod) => Journal
  /** What was measured elsewhere: taken over where it is what would be measured now. */
  othersOf?: ((method: MeasuredMethod) => OutcomeLookup) | undefined
}

/** What is to be measured, and what has been. */
export interface FoundTasks {
  /** Lines that are wanted. */
  total: number
  pending: PendingTasks
  /** Tasks of each method, by its id; of `resumed` the lines that were taken over from elsewhere. */
  methods: ReadonlyMap<string, MethodCounts>
}

export interface MethodCounts {
  resumed: number
  taken: number
  scoredNow: number
  /** Of what was there and of what is measured, as it comes. */
  failures: RecordFailure[]
}

/** What a line says of its clip's own failures; of lines held against other clips' references nothing. */
export function failuresOf(outcome: ClipOutcome): readonly RecordFailure[] {
  if (outcome.against !== undefined) return []
  return 'failure' in outcome ? [outcome.failure] : outcome.failures
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
}: MeasuringInput & Journals): Promise<FoundTasks> {
  const methods = new Map<string, MethodCounts>(
    input.methods.map(({ id }) => [id, { resumed: 0, taken: 0, scoredNow: 0, failures: [] }]),
  )
  const pending = new PendingTasks(input)
  const stale = new Map<MeasuredMethod, OutcomeKey[]>()
  const taken = new Map<MeasuredMethod, ClipOutcome[]>()
  const turn = givingWay()
  let total = 0
  for (const place of placesOf(input)) {
    await turn()
    total++
    const task = taskAt(input, place)
    const { method } = task
    const counts = methods.get(method.id)!
    const known = journalOf(method).get(task.key)
    const isKnown = known !== undefined && (await isDone(store, known, task))
    if (known !== undefined && !isKnown) listOf(stale, method).push(task.key)
    const other = isKnown ? undefined : othersOf?.(method).get(task.key)
    const isTaken = other !== undefined && (await isDone(store, other, task))
    if (isTaken) {
      const found = listOf(taken, method)
      found.push(other)
      counts.taken++
    }
    if (isKnown || isTaken) {
      counts.resumed++
      const found = isKnown ? known : other
      if (found !== undefined) counts.failures.push(...failuresOf(found))
    } else {
      counts.scoredNow++
      pending.add(place)
    }
  }
  for (const method of input.methods) {
    await journalOf(method).drop(stale.get(method) ?? [])
    const found = taken.get(method) ?? []
    if (found.length > 0) await journalOf(method).add(...found)
  }
  return { total, pending, methods }
}

function listOf<K, T>(lists: Map<K, T[]>, key: K): T[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}
