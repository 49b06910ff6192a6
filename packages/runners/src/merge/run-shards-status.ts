import { join } from 'node:path'
import { type ShardState, shardState, shardStates } from '@kinemetric/benchmark'
import { isThere } from '@kinemetric/files'
import { readItem, sampleFolder } from '@kinemetric/records'
import { runFile } from '../provenance/run-place.ts'
import { findRunShards, type FoundRunShard } from './find-run-shards.ts'

/** What is done of the shards of a run. */
export interface RunShardsStatus {
  /** The method's id and name. */
  method: string
  displayName: string
  /** sha256 of the manifest. */
  manifest: string
  shards: ShardState[]
  /** Whether run.json is there already. */
  concluded: boolean
  /** Of shards that are not all done, where all of another number are: that number. Merging passes these over. */
  passedOverFor?: number | undefined
}

/**
 * What is done of shards of runs in some folders, of every method, manifest and number of shards; in the order of the methods. Changes nothing.
 * @throws KinemetricError `bad-shards` for folders that cannot be read, and for files that are no shards'
 */
export async function runShardsStatus(folders: readonly string[]): Promise<RunShardsStatus[]> {
  const groups = Map.groupBy(await findRunShards(folders), ({ file: { run, shard } }) =>
    JSON.stringify([run.method.id, run.manifest.sha256, shard.count]),
  )
  const all = await Promise.all([...groups.keys()].sort().map((key) => statusOf(groups.get(key)!)))
  return all.map((own) => {
    const whole = all.find(
      (each) => each.method === own.method && each.manifest === own.manifest && each !== own && isWhole(each),
    )
    return whole === undefined || isWhole(own) ? own : { ...own, passedOverFor: whole.shards.length }
  })
}

function isWhole({ shards }: RunShardsStatus): boolean {
  return shards.every(({ state }) => state === 'done')
}

async function statusOf(found: readonly FoundRunShard[]): Promise<RunShardsStatus> {
  const [
    {
      file: { run, shard },
    },
  ] = found
  const there = await Promise.all(found.map(({ folder }) => isThere(join(folder, runFile))))
  return {
    method: run.method.id,
    displayName: run.method.displayName,
    manifest: run.manifest.sha256,
    shards: shardStates(shard.count, await Promise.all(found.map(stateOf))),
    concluded: there.includes(true),
  }
}

async function stateOf({ folder, lock, file: { shard, samples, finished } }: FoundRunShard): Promise<ShardState> {
  const counts = { ok: 0, failed: 0 }
  for (const { clip, sample, status } of samples) {
    // Until it is finished its file says what it is to have, and the samples themselves which are there.
    const item = finished ? { status } : await readItem(sampleFolder(folder, clip, sample))
    if (item !== undefined) counts[item.status === 'ok' ? 'ok' : 'failed']++
  }
  const measured = counts.ok + counts.failed
  const state = await shardState({ shard, measured, failed: counts.failed, total: samples.length }, lock)
  return state.state === 'done' && !finished ? { ...state, state: 'stopped' } : state
}
