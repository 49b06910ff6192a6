import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { canonicalJson, hashBytes, hashFile } from '@kinemetric/files'

/** Our own package: what makes pages of records. */
const ownPackage = join(import.meta.dirname, '..', '..')

/**
 * A digest of all that a site is made of: the sha256 of every record, table, file of hashes, labels and comparisons, and of claims; size and time of every file of media;
 * what was asked for; and the sha256 of this package's own files. A site with this digest need not be built again. Where anything cannot be read there is none.
 */
export async function siteInputs(folders: readonly (string | undefined)[], asked: unknown): Promise<string | null> {
  try {
    const parts: string[] = [canonicalJson(asked ?? null)]
    for (const folder of folders) parts.push(folder === undefined ? 'none' : await folderDigest(folder))
    for (const own of ['src', 'dist', 'site']) parts.push(await folderDigest(join(ownPackage, own)))
    return hashBytes(parts.join('\n'))
  } catch {
    return null
  }
}

async function folderDigest(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((): Dirent[] => [])
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const lines: string[] = []
  for (const path of paths.sort()) {
    const name = relative(folder, path)
    lines.push(`${name} ${isMedia(name) ? await stamp(path) : await hashFile(path)}`)
  }
  return hashBytes(lines.join('\n'))
}

/** Videos are many and large: they are known by their size and time. */
function isMedia(name: string): boolean {
  return name.split(/[\\/]/).includes('media')
}

async function stamp(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path)
  return `${size} ${mtimeMs}`
}
