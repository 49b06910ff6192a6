import type { CacheCounters } from '@kinemetric/records'
import type { CacheSide } from './feature-cache.ts'

/** What a cache did, by side. */
export type Counters = Record<CacheSide, CacheCounters>

const sides = ['generated', 'reference'] as const
const names = ['hits', 'misses', 'rejected', 'networkRuns'] as const

/** Adds a part, as of another process, to a sum. */
export function addCounters(sum: Counters, part: Counters): void {
  for (const side of sides) for (const name of names) sum[side][name] += part[side][name]
}

/** What counted since an earlier look, of which the counters are a copy. */
export function countersSince(before: Counters, now: Counters): Counters {
  const since = structuredClone(now)
  for (const side of sides) for (const name of names) since[side][name] -= before[side][name]
  return since
}
