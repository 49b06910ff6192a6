import { lockHolder } from '@kinemetric/files'
import type { Shard } from './shard.ts'

/** What is done of a shard, whatever it is of. */
export interface ShardState {
  shard: Shard
  /** `stopped`: neither finished nor at work; the same command goes on. `missing`: nobody has begun it, or its files are not here. */
  state: 'done' | 'running' | 'stopped' | 'missing'
  /** How many of its clips and samples are done, failed ones too. */
  measured: number
  /** null where nothing is known of it. */
  total: number | null
  /** Of those done, how many failed. */
  failed: number
  /** Of a shard at work: by whom, and how long ago he gave the last sign of life. */
  holder: { pid: number; host: string; ageMs: number } | null
}

/** What is found of a shard. */
export interface ShardCounts extends Pick<ShardState, 'shard' | 'measured' | 'failed'> {
  total: number
  /** Where more is asked of it than that everything is measured. */
  isDone?: boolean | undefined
}

/** The state of a shard that was found. @param lock the file that is there while it is worked on */
export async function shardState(
  { shard, measured, total, failed, isDone = measured === total }: ShardCounts,
  lock: string,
): Promise<ShardState> {
  const held = await lockHolder(lock)
  const holder = held?.isAtWork === true ? { pid: held.pid, host: held.host, ageMs: Math.round(held.ageMs) } : null
  const state = holder !== null ? 'running' : isDone ? 'done' : 'stopped'
  return { shard, state, measured, total, failed, holder }
}

/**
 * The states of all `count` shards of one thing, in their order: of copies that with most, of those that were not found `missing`.
 * @param found of any of them, in any order
 */
export function shardStates(count: number, found: readonly ShardState[]): ShardState[] {
  const byIndex = Map.groupBy(found, ({ shard }) => shard.index)
  return Array.from({ length: count }, (_, place): ShardState => {
    const shard = { index: place + 1, count }
    const [most] = (byIndex.get(shard.index) ?? []).toSorted((a, b) => b.measured - a.measured)
    return most ?? { shard, state: 'missing', measured: 0, total: null, failed: 0, holder: null }
  })
}
