import { join } from 'node:path'
import type { FolderLocks } from '../shards/folder-lock.ts'

/** How files of shards are called: `prepare.1-of-4.shard.json`. */
export const preparationName = 'prepare'

/** The locks of a folder that clips are prepared in. */
export function preparationLocks(out: string): FolderLocks {
  return { folder: out, whole: join(out, '.prepare.lock'), name: preparationName }
}
