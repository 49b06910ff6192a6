import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { canonicalJson, hashBytes, parseJson } from '@kinemetric/files'

/** Fields that say when, how long or in how many parts something was made. */
const ofTime = new Set(['wallMs', 'started', 'finished', 'shards'])

/**
 * Every file below a folder, hidden ones included, with the sha256 of its bytes; of JSON without what is of time. @param but names of files that do not count
 */
export async function treeOf(folder: string, but = /^$/): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && !but.test(entry.name))
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort()
  const tree: Record<string, string> = {}
  for (const path of paths) tree[path.slice(folder.length + 1)] = hashBytes(withoutTime(path, await readFile(path)))
  return tree
}

function withoutTime(path: string, bytes: Buffer): string | Buffer {
  if (!['item.json', 'run.json'].includes(basename(path))) return bytes
  const value: unknown = parseJson(bytes.toString('utf8'))
  if (typeof value !== 'object' || value === null) return bytes
  return canonicalJson(Object.fromEntries(Object.entries(value).filter(([name]) => !ofTime.has(name))))
}
