import type { CacheCounters } from '@kinemetric/records'
import type { ClipOutcome } from '../journal/measurement.ts'
import type { CacheSide } from '../store/feature-cache.ts'

/** A task that was done in a process of its own. */
export interface WorkerResult {
  outcome: ClipOutcome
  /** Of what decides measurements, as found there. */
  identity: string
  /** What the cache did for it. */
  counters: Record<CacheSide, CacheCounters>
  /** Cache trouble and the like since the last one. */
  warnings: string[]
}
