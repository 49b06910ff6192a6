import { dirname } from 'node:path'
import { shardPaths, type ShardState, shardState, shardStates } from '@kinemetric/benchmark'
import { isThere } from '@kinemetric/files'
import { recordPaths } from '@kinemetric/records'
import { findShards, type FoundShard } from './journal/find-shards.ts'

export interface ShardsStatus {
  protocol: string
  method: string
  shards: ShardState[]
  /** Whether the method's record is there already. */
  concluded: boolean
  /** Of shards that are not all done, where all of another number are: that number. `merge` passes these over. */
  passedOverFor?: number | undefined
}

/**
 * What is done of shards: of every method and number of shards in some results folders, in the order of their names. Changes nothing.
 * @throws KinemetricError `bad-shards` for folders that cannot be read, and for files that are no shards'
 */
export async function shardsStatus(folders: readonly string[]): Promise<ShardsStatus[]> {
  const found = await findShards(folders)
  const groups = Map.groupBy(found, ({ file: { context, shard } }) =>
    JSON.stringify([context.protocol.identity.id, context.method.id, shard.count]),
  )
  return withPassedOver(await Promise.all([...groups.keys()].sort().map((key) => statusOf(groups.get(key)!))))
}

function withPassedOver(all: readonly ShardsStatus[]): ShardsStatus[] {
  const isWhole = ({ shards }: ShardsStatus) => shards.every(({ state }) => state === 'done')
  return all.map((own) => {
    const whole = all.find(
      (each) => each.protocol === own.protocol && each.method === own.method && each !== own && isWhole(each),
    )
    return whole === undefined || isWhole(own) ? own : { ...own, passedOverFor: whole.shards.length }
  })
}

async function statusOf(found: readonly FoundShard[]): Promise<ShardsStatus> {
  const { context, shard } = found[0].file
  const shards = shardStates(shard.count, await Promise.all(found.map(stateOf)))
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

function stateOf({ folder, file, outcomes }: FoundShard): Promise<ShardState> {
  const { shard, tasks, context } = file
  let [measured, failed] = [0, 0]
  for (const key of tasks) {
    const outcome = outcomes.get(key)
    if (outcome === undefined) continue
    measured++
    if ('failure' in outcome || outcome.failures.length > 0) failed++
  }
  return shardState({ shard, measured, total: tasks.size, failed }, shardPaths(folder, context.method.id, shard).lock)
}
