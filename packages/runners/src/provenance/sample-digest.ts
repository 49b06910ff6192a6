import { readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { hashBytes, hashFile, isError, parseJson, partialSuffix, readTextFile, systemCode } from '@kinemetric/files'
import { sampleFolder } from '@kinemetric/records'

/** A file of a sample; `path` is below the sample's folder, with forward slashes. */
export interface SampleFile {
  readonly path: string
  readonly sha256: string
}

/** A sample that is made anew by another process has the name of its folder again at once. */
const mostReads = 5

/**
 * The files of a sample with their hashes. Undefined where there is no folder of its own for it: a link may lead anywhere. Where another process exchanges the
 * folder meanwhile, as two do that make one shard, the new one is read.
 * @throws KinemetricError as `hashFile` does
 */
export async function sampleFiles(out: string, clip: string, sample: number): Promise<SampleFile[] | undefined> {
  const folder = sampleFolder(await realpath(out), clip, sample)
  const isOwn = async () => (await realpath(folder).catch(() => undefined)) === folder
  for (let read = 1; ; read++) {
    if (!(await isOwn()) && !(await isOwn())) return undefined
    try {
      return await filesIn(folder)
    } catch (error) {
      const hasVanished = isError(error, 'input', 'not-found') || systemCode(error) === 'ENOENT'
      if (!hasVanished || read === mostReads) throw error
      await pause(10 * read)
    }
  }
}

/** The files of a sample's folder, in the order of their paths; links are none. */
export async function filesIn(folder: string): Promise<SampleFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(partialSuffix))
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
  const files: SampleFile[] = []
  for (const path of paths)
    files.push({
      path: path.split('\\').join('/'),
      sha256: path === 'item.json' ? await itemDigest(join(folder, path)) : await hashFile(join(folder, path)),
    })
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** sha256 over the lines "<sha256>  <path>" of a sample's files. */
export function digestOf(files: readonly SampleFile[]): string {
  return hashBytes(files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join(''))
}

/** Of what item.json says without how long it took, which no second run has again. */
async function itemDigest(path: string): Promise<string> {
  const text = await readTextFile(path)
  try {
    const value: unknown = parseJson(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return hashBytes(text)
    return hashBytes(JSON.stringify(Object.entries(value).filter(([name]) => name !== 'wallMs')))
  } catch {
    return hashBytes(text)
  }
}
