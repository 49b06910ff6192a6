import { listShards, shardPaths } from '@kinemetric/benchmark'
import { readRunShard, runName, runShardSchema, type RunShardFile } from '../provenance/run-shard-file.ts'

/** A shard of a run as it was found: its samples lie beside its file. */
export interface FoundRunShard {
  readonly path: string
  readonly folder: string
  readonly lock: string
  readonly file: RunShardFile
}

/** The shards of runs in folders. @throws KinemetricError `bad-shards` */
export async function findRunShards(folders: readonly string[]): Promise<FoundRunShard[]> {
  const shards: FoundRunShard[] = []
  for (const { folder, path } of await listShards(folders, runShardSchema)) {
    const file = await readRunShard(path)
    shards.push({ path, folder, lock: shardPaths(folder, runName, file.shard).lock, file })
  }
  return shards
}
