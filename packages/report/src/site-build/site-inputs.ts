import { readdir, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { canonicalJson, hashBytes, hashFile } from '@kinemetric/files'
import { shellFolder } from './open-shell.ts'
import { isMedia, siteFiles } from '../site-model/results/site-files.ts'

/** What makes pages of records: our own code, in the checkout what pages are rendered with, where installed what they are rendered with. */
const ownFolders = [join(import.meta.dirname, '..'), join(import.meta.dirname, '..', '..', 'site'), shellFolder()]

/** Digests of all that a site is made of. */
export interface SiteInputs {
  all: string
  /** Of all but comparisons: those are made of the others, and written beside them by whoever makes them first. */
  compared: string
}

/**
 * Digests of the sha256 of every record, its run.json, table and file of hashes, of labels, comparisons and claims; of size and time of every file of media; of what was asked
 * for; and of the sha256 of this package's own files. A site with these digests need not be built again. Where anything cannot be read there are none.
 */
export async function siteInputs(folders: readonly (string | undefined)[], asked: unknown): Promise<SiteInputs | null> {
  try {
    const compared = [canonicalJson(asked ?? null)]
    const comparisons: string[] = []
    for (const folder of ownFolders)
      for (const name of await filesBelow(folder)) compared.push(await lineOf(folder, name))
    for (const [at, folder] of folders.entries()) {
      compared.push(`folder ${at}`)
      if (folder === undefined) continue
      for (const name of (await siteFiles(folder)) ?? [])
        (basename(name) === 'comparisons.json' ? comparisons : compared).push(await lineOf(folder, name))
    }
    return { all: hashBytes([...compared, '', ...comparisons].join('\n')), compared: hashBytes(compared.join('\n')) }
  } catch {
    return null
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile())
  const names = files.map((entry) => relative(folder, join(entry.parentPath, entry.name)))
  return names.filter((name) => !name.split(sep).includes('node_modules')).sort()
}

/** Videos are many and large: they are known by their size and time. */
async function lineOf(folder: string, name: string): Promise<string> {
  const path = join(folder, name)
  if (!isMedia(name)) return `${name} ${await hashFile(path)}`
  const { size, mtimeMs } = await stat(path)
  return `${name} ${size} ${mtimeMs}`
}
