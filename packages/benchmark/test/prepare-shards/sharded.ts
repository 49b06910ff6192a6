import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hashBytes } from '@kinemetric/files'
import { mergePreparations, prepare, type PrepareOptions, prepareShard } from '../../src/index.ts'

/** Every file of a preparation with its sha256, but those of shards. */
export async function filesOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && !/^prepare\.\d+-of-\d+\./.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  const hashes = paths.sort().map(async (path) => [path.slice(folder.length), hashBytes(await readFile(path))] as const)
  return Object.fromEntries(await Promise.all(hashes))
}

export type Given = Omit<PrepareOptions, 'out'>

/** Prepares in one piece. */
export async function whole(options: Given, out: string) {
  const { manifest: _, ...result } = await prepare({ ...options, out })
  return { result: { ...result, kept: 0 }, files: await filesOf(out) }
}

/**
 * Prepares in `count` shards, from the last to the first, and merges them.
 * @param way `shared`: all in one folder · `own`: each in a folder of its own
 */
export async function sharded(options: Given, count: number, out: string, way: 'shared' | 'own' = 'own') {
  const folders: string[] = []
  for (let index = count; index >= 1; index--) {
    const folder = way === 'shared' ? out : `${out} ${index} of ${count}`
    if (!folders.includes(folder)) folders.push(folder)
    await prepareShard({ ...options, out: folder, shard: { index, count } })
  }
  const { manifest: _, ...result } = await mergePreparations({ folders, out })
  return { result, files: await filesOf(out), folders }
}
