import { join } from 'node:path'
import { type FolderLocks, type Shard, withFolderLock } from '@kinemetric/benchmark'
import type { LockOptions } from '@kinemetric/files'
import { runName } from '../provenance/run-shard-file.ts'

/** Of a run of all clips, and of whoever merges shards. */
export function wholeLock(out: string): string {
  return join(out, '.lock')
}

/** The locks of a folder of generated clips. */
export function runLocks(out: string): FolderLocks {
  return { folder: out, whole: wholeLock(out), name: runName }
}

/** Does something while holding the folder for a run of all clips, or for one shard: several shards work in it at once, a shard and a run of all clips do not. */
export async function withRunLock<T>(
  out: string,
  shard: Shard | undefined,
  action: () => Promise<T>,
  options: LockOptions,
): Promise<T> {
  return withFolderLock(runLocks(out), shard, action, options)
}
