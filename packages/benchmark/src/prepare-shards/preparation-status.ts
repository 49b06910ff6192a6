import { join } from 'node:path'
import { isThere } from '@kinemetric/files'
import { preparationName } from '../prepare/preparation-files.ts'
import { shardPaths } from '../shards/shard-files.ts'
import { type ShardState, shardState, shardStates } from '../shards/shard-states.ts'
import { findPreparations, type FoundPreparation, isFinished } from './find-preparations.ts'

export interface PreparationStatus {
  dataset: string
  protocol: string
  shards: ShardState[]
  /** Whether a manifest is there already. */
  concluded: boolean
  /** Of shards that are not all done, where all of another number are: that number. `merge` passes these over. */
  passedOverFor?: number | undefined
}

/**
 * What is done of the shards of preparations: of every dataset, protocol and number of shards in some folders, in the order of their names. Changes nothing.
 * @throws KinemetricError `bad-shards` for folders that cannot be read, and for files that are no shards'
 */
export async function preparationsStatus(folders: readonly string[]): Promise<PreparationStatus[]> {
  const found = await findPreparations(folders)
  const groups = Map.groupBy(found, ({ file: { context, shard } }) =>
    JSON.stringify([context.dataset, context.protocol.identity.id, shard.count]),
  )
  const all = await Promise.all([...groups.keys()].sort().map((key) => statusOf(groups.get(key)!)))
  return all.map((own) => {
    const isOfSame = ({ dataset, protocol }: PreparationStatus) => dataset === own.dataset && protocol === own.protocol
    const whole = all.find((each) => isOfSame(each) && isWhole(each))
    return whole === undefined || isWhole(own) ? own : { ...own, passedOverFor: whole.shards.length }
  })
}

function isWhole({ shards }: PreparationStatus): boolean {
  return shards.every(({ state }) => state === 'done')
}

async function statusOf(found: readonly FoundPreparation[]): Promise<PreparationStatus> {
  const { context, shard } = found[0].file
  const manifests = found.map(({ folder }) => isThere(join(folder, 'manifest.jsonl')))
  return {
    dataset: context.dataset,
    protocol: context.protocol.identity.id,
    shards: shardStates(shard.count, await Promise.all(found.map(stateOf))),
    concluded: (await Promise.all(manifests)).includes(true),
  }
}

function stateOf(found: FoundPreparation): Promise<ShardState> {
  const { folder, file, journal } = found
  const { length: total } = file.rows.items
  const there = file.rows.items.flatMap(({ place }) => journal.outcomes.get(place) ?? [])
  const failed = there.filter((outcome) => 'reason' in outcome).length
  const lock = shardPaths(folder, preparationName, file.shard).lock
  return shardState({ shard: file.shard, measured: there.length, total, failed, isDone: isFinished(found) }, lock)
}
