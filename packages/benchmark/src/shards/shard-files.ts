import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openRegularFile, systemReason } from '@kinemetric/files'
import { benchmarkError } from '../failures/benchmark-error.ts'
import type { Shard } from './shard.ts'

/** How the names of files of shards end, of whatever kind. */
export const shardEnding = '.shard.json'

/** Files of a shard of something that is called `name` there. */
export function shardPaths(folder: string, name: string, { index, count }: Shard) {
  const own = `${name}.${index}-of-${count}`
  return {
    file: join(folder, `${own}${shardEnding}`),
    journal: join(folder, `${own}.journal.jsonl`),
    lock: join(folder, `.${own}.lock`),
  }
}

/** The shard whose journal that is; undefined for a file that is none of what is called `name` there. */
export function shardOfJournal(file: string, name: string): Shard | undefined {
  if (!file.startsWith(`${name}.`)) return undefined
  const [, index, count] = /^(\d{1,6})-of-(\d{1,6})\.journal\.jsonl$/.exec(file.slice(name.length + 1)) ?? []
  return index === undefined ? undefined : { index: Number(index), count: Number(count) }
}

/** Names of the files of shards of something that is called `name` in a folder, of whatever number; in order. @throws the system's error */
export async function shardFiles(folder: string, name: string): Promise<string[]> {
  const isOne = (file: string) => file.startsWith(`${name}.`) && ofNumbers.test(file.slice(name.length))
  return (await readdir(folder)).filter(isOne).sort()
}

const ofNumbers = /^\.\d+-of-\d+\.shard\.json$/

/** The file of a shard, not yet read. */
export interface ShardPlace {
  folder: string
  path: string
  /** What kind of shard it says it is: `kinemetric/shard@1` of scores, `kinemetric/prepare-shard@1`, … */
  schema: string
}

/**
 * The files of shards in some folders and in the folders below these, of every kind or of one, in the order of the folders and then of their names. A file begins
 * with its `schema`; no more of it is read. What clips lie in is not looked into.
 * @throws KinemetricError `bad-shards` for a folder that cannot be read, for a file that does not begin so, and for one of another version of the schema
 */
export async function listShards(folders: readonly string[], schema?: string): Promise<ShardPlace[]> {
  const found: ShardPlace[] = []
  for (const folder of folders) await listBelow(folder, deepest, found)
  if (schema === undefined) return found
  for (const place of found) requireVersion(place, schema)
  return found.filter((each) => each.schema === schema)
}

/** So many folders below the one that was named: that of all nodes has one a node, in which is `--out`, in which is one a protocol. */
const deepest = 4

/** Beside these lie clips: of a run in folders of their own names, of a preparation in `clips`. */
const ofRun = /^run\.(json|\d+-of-\d+\..*)$/
const ofPreparation = /^(manifest\.jsonl|prepare\.\d+-of-\d+\..*)$/

/** @param depth how far below the folder others are looked at */
async function listBelow(folder: string, depth: number, found: ShardPlace[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw benchmarkError(
      'bad-shards',
      folder,
      { expected: 'a folder of shards', found: systemReason(cause) },
      { cause },
    )
  })
  const names = entries.map(({ name }) => name)
  const shards = names.filter((name) => name.endsWith(shardEnding)).sort()
  for (const name of shards) found.push(await placeOf(folder, join(folder, name)))
  if (depth === 0) return
  const isRun = names.some((name) => ofRun.test(name))
  const others = names.some((name) => ofPreparation.test(name)) ? ['clips', 'kept'] : ['kept']
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
    if (entry.isDirectory() && !notLookedInto.test(entry.name) && !others.includes(entry.name))
      await listBelow(join(folder, entry.name), isRun ? 0 : depth - 1, found)
}

/** What is hidden, and what is nobody's work. */
const notLookedInto = /^\.|^node_modules$|^lost\+found$/

/** @throws KinemetricError `bad-shards` for a shard of the same kind that another version wrote */
export function requireVersion({ path, schema: found }: ShardPlace, schema: string): void {
  if (found === schema || found.split('@')[0] !== schema.split('@')[0]) return
  throw benchmarkError('bad-shards', path, {
    expected: `a shard of this version (${schema})`,
    found: `one of another (${found})`,
    then: 'merge it with the version that made it, or make the shard again with this one (--restart)',
  })
}

async function placeOf(folder: string, path: string): Promise<ShardPlace> {
  const head = await headOf(path).catch((cause: unknown) => {
    throw noShardFile(path, cause)
  })
  const [, schema] = /^\s*\{\s*"schema"\s*:\s*"(kinemetric\/[\w-]{1,40}@\d{1,4})"/.exec(head) ?? []
  if (schema !== undefined) return { folder, path, schema }
  throw benchmarkError('bad-shards', path, {
    expected: 'the file of a shard, which begins with its schema',
    found: JSON.stringify(head.slice(0, 60)),
  })
}

/** What is said of a file that is called as a shard's and cannot be read as one. */
export function noShardFile(path: string, cause: unknown, then?: string) {
  const found = `another (${systemReason(cause)})`
  return benchmarkError('bad-shards', path, { expected: 'the file of a shard', found, then }, { cause })
}

async function headOf(path: string): Promise<string> {
  const { handle } = await openRegularFile(path)
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(200), 0, 200, 0)
    return Buffer.from(buffer.subarray(0, bytesRead)).toString('utf8')
  } finally {
    await handle.close()
  }
}
