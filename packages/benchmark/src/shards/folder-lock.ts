import { readdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileError, lockHolder, type LockOptions, withLock } from '@kinemetric/files'
import type { Shard } from './shard.ts'
import { shardPaths } from './shard-files.ts'

/** The locks of a folder in which either all is done in one piece, or shards work beside each other. */
export interface FolderLocks {
  folder: string
  /** Path of the lock of whoever does all of it, or merges shards. */
  whole: string
  /** How files of its shards are called. */
  name: string
}

/** Does something while holding a folder for all of it, or for one shard: several shards work in it at once, a shard and a run of all do not. @throws KinemetricError `locked` */
export async function withFolderLock<T>(
  locks: FolderLocks,
  shard: Shard | undefined,
  action: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const own = shard === undefined ? locks.whole : shardPaths(locks.folder, locks.name, shard).lock
  const work = async () => {
    // After its own lock is there: of two that begin at once at least one sees the other.
    if (shard === undefined) await requireNoShards(locks, options)
    else await requireFree(locks.whole, options)
    return action()
  }
  return withLock(own, work, options)
}

/** @throws KinemetricError `locked` where shards are at work in a folder */
export async function requireNoShards(
  { folder, name }: Omit<FolderLocks, 'whole'>,
  options: LockOptions = {},
): Promise<void> {
  const isLock = (each: string) =>
    each.startsWith(`.${name}.`) && /^\d+-of-\d+\.lock$/.test(each.slice(name.length + 2))
  for (const each of (await readdir(folder)).filter(isLock)) await requireFree(join(folder, each), options)
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
