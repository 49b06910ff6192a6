import type { ClipOutcome } from '../journal/measurement.ts'
import type { Counters } from '../store/cache-counters.ts'

/** A group of tasks that was done in a process of its own. */
export interface WorkerResult {
  /** In the order of the tasks. */
  outcomes: ClipOutcome[]
  /** Digests of what was found there. */
  inputs: string[]
  /** What the cache did for them. */
  counters: Counters
  /** Cache trouble and the like since the last one. */
  warnings: string[]
}
