import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { folderTime, systemCode, systemReason } from '@kinemetric/files'
import { benchmarkError } from '@kinemetric/benchmark'

/** What a cache of features and tracks holds. */
export interface CacheContents {
  folder: string
  entries: number
  bytes: number
  /** When the entry was used that was longest unused, ISO 8601; null of an empty cache. */
  oldest: string | null
}

/** What was taken out of a cache. */
export interface BoundedCache {
  removed: { entries: number; bytes: number }
  left: CacheContents
}

interface Entry {
  path: string
  bytes: number
  /** Milliseconds since 1970. */
  used: number
}

/** An entry that was used so short a time ago may be a run's that is at work, and stays. */
const inUseMs = 60 * 60 * 1000

/** @param folder of `defaultCacheFolder`, or one of `cache` @throws KinemetricError `bad-option` for one that cannot be read */
export async function cacheContents(folder: string): Promise<CacheContents> {
  return contentsOf(folder, await entriesOf(folder))
}

/**
 * Takes out the entries that were longest unused until no more than so many bytes are left. What is taken out is computed again when it is wanted.
 * Entries that were used within the last hour stay.
 * @throws KinemetricError `bad-option` for a folder that cannot be read; the file system's error
 */
export async function boundCache(folder: string, maxBytes: number): Promise<BoundedCache> {
  const entries = (await entriesOf(folder)).toSorted((a, b) => a.used - b.used)
  let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
  const removed = { entries: 0, bytes: 0 }
  const left: Entry[] = []
  // Of the file server: its clock dates the entries.
  const now = await folderTime(folder)
  for (const entry of entries) {
    if (bytes <= maxBytes || now - entry.used < inUseMs) {
      left.push(entry)
      continue
    }
    await rm(entry.path, { force: true })
    bytes -= entry.bytes
    removed.entries++
    removed.bytes += entry.bytes
  }
  return { removed, left: contentsOf(folder, left) }
}

function contentsOf(folder: string, entries: readonly Entry[]): CacheContents {
  const oldest = entries.reduce((least, { used }) => Math.min(least, used), Infinity)
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
  return {
    folder,
    entries: entries.length,
    bytes,
    oldest: entries.length === 0 ? null : new Date(oldest).toISOString(),
  }
}

/** Entries alone: what else lies in the folder is nobody's of ours. */
async function entriesOf(folder: string): Promise<Entry[]> {
  const groups = await readdir(folder).catch((cause: unknown) => {
    // Nothing was kept yet.
    if (systemCode(cause) === 'ENOENT') return []
    throw benchmarkError(
      'bad-option',
      folder,
      { expected: 'the folder of a cache', found: systemReason(cause) },
      { cause },
    )
  })
  const entries: Entry[] = []
  for (const group of groups.filter((name) => /^[0-9a-f]{2}$/.test(name)))
    for (const name of await readdir(join(folder, group)).catch(() => [])) {
      if (!new RegExp(`^${group}[0-9a-f]{62}\\.bin$`).test(name)) continue
      const path = join(folder, group, name)
      const info = await stat(path).catch(() => undefined)
      if (info?.isFile() === true) entries.push({ path, bytes: info.size, used: Math.max(info.mtimeMs, info.atimeMs) })
    }
  return entries
}
