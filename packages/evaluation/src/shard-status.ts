import { dirname } from 'node:path'
import { isThere, lockHolder } from '@kinemetric/files'
import { recordPaths } from '@kinemetric/records'
import { outcomeKey } from './journal/measurement.ts'
import type { Shard } from './journal/shard.ts'
import { shardPaths } from './journal/shard-file.ts'
import { findShards, type FoundShard } from './journal/find-shards.ts'

export interface ShardState {
  shard: Shard
  /** `stopped`: neither finished nor at work; the same command goes on. `missing`: nobody has begun it, or its files are not here. */
  state: 'done' | 'running' | 'stopped' | 'missing'
  measured: number
  /** null where nothing is known of it. */
  total: number | null
  /** Clips and samples that could not be scored. */
  failed: number
  /** Of a shard at work: by whom, and how long ago he gave the last sign of life. */
  holder: { pid: number; host: string; ageMs: number } | null
}

export interface ShardsStatus {
  protocol: string
  method: string
  shards: ShardState[]
  /** Whether the method's record is there already. */
  concluded: boolean
}

/**
 * What is done of shards: of every method and number of shards in some results folders, in the order of their names. Changes nothing.
 * @throws KinemetricError `bad-shards` for folders that cannot be read, and for files that are no shards'
 */
export async function shardsStatus(folders: readonly string[]): Promise<ShardsStatus[]> {
  const found = (await Promise.all(folders.map(findShards))).flat()
  const groups = Map.groupBy(found, ({ file: { context, shard } }) =>
    JSON.stringify([context.protocol.identity.id, context.method.id, shard.count]),
  )
  return Promise.all([...groups.keys()].sort().map((key) => statusOf(groups.get(key)!)))
}

async function statusOf(found: readonly FoundShard[]): Promise<ShardsStatus> {
  const { context, shard } = found[0].file
  const shards: ShardState[] = []
  for (let index = 1; index <= shard.count; index++) {
    const copies = await Promise.all(
      found.filter(({ file }) => file.shard.index === index).map((each) => stateOf(each)),
    )
    const missing: ShardState = {
      shard: { index, count: shard.count },
      state: 'missing',
      measured: 0,
      total: null,
      failed: 0,
      holder: null,
    }
    shards.push(copies.toSorted((a, b) => b.measured - a.measured)[0] ?? missing)
  }
  const records = found.map(({ folder }) =>
    isThere(recordPaths(dirname(folder), context.protocol.identity.id, context.method.id).record),
  )
  return {
    protocol: context.protocol.identity.id,
    method: context.method.id,
    shards,
    concluded: (await Promise.all(records)).includes(true),
  }
}

async function stateOf({ folder, file, outcomes }: FoundShard): Promise<ShardState> {
  const { shard, tasks, context } = file
  const there = tasks.flatMap((key) => outcomes.get(outcomeKey(key)) ?? [])
  const measured = there.length
  const failed = there.filter((outcome) => 'failure' in outcome || outcome.failures.length > 0).length
  const lock = await lockHolder(shardPaths(folder, context.method.id, shard).lock)
  const holder = lock?.isAtWork === true ? { pid: lock.pid, host: lock.host, ageMs: Math.round(lock.ageMs) } : null
  const state = holder !== null ? 'running' : measured === tasks.length ? 'done' : 'stopped'
  return { shard, state, measured, total: tasks.length, failed, holder }
}
