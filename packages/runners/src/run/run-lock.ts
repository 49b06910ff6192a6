import { readdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type Shard, shardPaths } from '@kinemetric/benchmark'
import { fileError, lockHolder, type LockOptions, withLock } from '@kinemetric/files'
import { runName } from '../provenance/run-shard-file.ts'

/** Of a run of all clips, and of whoever merges shards. */
export function wholeLock(out: string): string {
  return join(out, '.lock')
}

/** Does something while holding the folder for a run of all clips, or for one shard: several shards work in it at once, a shard and a run of all clips do not. */
export async function withRunLock<T>(
  out: string,
  shard: Shard | undefined,
  action: () => Promise<T>,
  options: LockOptions,
): Promise<T> {
  const own = shard === undefined ? wholeLock(out) : shardPaths(out, runName, shard).lock
  const work = async () => {
    // After its own lock is there: of two that begin at once at least one sees the other.
    if (shard === undefined) await requireNoShards(out, options)
    else await requireFree(wholeLock(out), options)
    return action()
  }
  return withLock(own, work, options)
}

/** Locks of shards of runs in a folder, held or left. */
async function shardLocks(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  return names.filter((name) => lockNames.test(name)).map((name) => join(folder, name))
}

const lockNames = /^\.run\.\d+-of-\d+\.lock$/

/** @throws KinemetricError `locked` where shards of a run are at work in a folder */
export async function requireNoShards(folder: string, options: LockOptions): Promise<void> {
  for (const path of await shardLocks(folder)) await requireFree(path, options)
}

/** @throws KinemetricError `locked` where its holder is at work, or may be, unless that may be taken from it */
async function requireFree(path: string, { take }: LockOptions): Promise<void> {
  const holder = await lockHolder(path)
  if (holder?.isAtWork !== true || (take === true && holder.host !== hostname())) return
  throw fileError('locked', path, {
    expected: 'no other run here',
    found: `process ${holder.pid} on ${holder.host}, at work on clips of the same folder`,
    then: 'wait for its end, or end it; ten minutes after its last sign of life it counts as gone',
  })
}
