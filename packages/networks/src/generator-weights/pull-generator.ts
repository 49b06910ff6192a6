import { rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hashFile, isError, publishFile, withLock, diskSpace, sizeText, makeFolder } from '@kinemetric/files'
import { download, type DownloadOptions, type DownloadProgress } from '../weights/download.ts'
import { writableFolder } from '../weights/place-weight.ts'
import { weightSearchPath } from '../weights/weight-folders.ts'
import { networkError } from '../tracklets/network-error.ts'
import type { GeneratorEntry, GeneratorFile } from './generator-entry.ts'
import { locateGenerator, type LocatedGenerator, type NotedFile, readNote, writeNote } from './generator-note.ts'
import { askFile, type FileAnswer, type FileServer, serverOf } from './hub-file.ts'

export interface PullGeneratorOptions extends Omit<DownloadOptions, 'bytes' | 'onProgress' | 'headers'> {
  readonly searchPath?: readonly string[] | undefined
  /** Folder to put the generator's own folder in. Default: the first of the search path that can be written to. */
  readonly folder?: string | undefined
  /** Another address below which the same files lie. */
  readonly url?: string | undefined
  readonly takeLock?: boolean | undefined
  /** Of all files together. */
  readonly onProgress?: ((progress: DownloadProgress, path: string) => void) | undefined
}

interface Wanted extends FileAnswer {
  readonly file: GeneratorFile
  /** In the folder: the file's path or one of its others. */
  readonly path: string
}

/**
 * Downloads a generator's weights, the files that are used alone, into `<folder>/<id>/…` as `openModelFolder` reads it. Sizes are asked for first. A file gets
 * its name when its sha256 is that of the catalogue, or of what the hub said of it; a small file of which nobody says one is written down as it came. An
 * interrupted download goes on.
 *
 * @throws KinemetricError `gated`, `http` (with the status), `network`, `cut`, `wrong-size`, `wrong-hash`, `disk-full`, `write-failed`, `exists`, `locked`; the
 * signal's reason
 */
export async function pullGenerator(
  entry: GeneratorEntry,
  options: PullGeneratorOptions = {},
): Promise<LocatedGenerator & { fetched: boolean }> {
  const searchPath = options.folder === undefined ? (options.searchPath ?? weightSearchPath()) : [options.folder]
  const there = await locateGenerator(entry, searchPath)
  if (there !== undefined) return { ...there, fetched: false }
  const server = serverOf(entry, options.url)
  const folder = join(options.folder ?? (await writableFolder(searchPath)), entry.id)
  await makeFolder(folder)
  const work = async () => {
    const before = await readNote(folder)
    if (before !== undefined && before.how !== 'pulled')
      throw networkError('exists', folder, {
        expected: 'nothing, or what was pulled',
        found: 'an import',
        then: 'move it away first',
      })
    // One file from elsewhere is enough for the whole not to be known.
    const url = options.url ?? before?.url
    const files: Record<string, NotedFile> = { ...before?.files }
    const wanted: Wanted[] = []
    for (const file of entry.files) {
      const there = await wantedFile(entry, server, file, options.signal)
      if (there !== undefined) wanted.push(there)
    }
    const missing = wanted.filter(({ path }) => !(path in files))
    await requireSpace(entry, folder, missing)
    let done = 0
    const total = missing.reduce((sum, { bytes }) => sum + bytes, 0)
    for (const each of missing) {
      const onProgress = ({ received }: DownloadProgress) =>
        options.onProgress?.({ received: done + received, total }, each.path)
      files[each.path] = await fetched(each, server, folder, { ...options, onProgress })
      done += each.bytes
      await writeNote(folder, { id: entry.id, how: 'pulled', ...(url === undefined ? {} : { url }), files })
    }
  }
  await withLock(join(folder, '.lock'), work, { take: options.takeLock })
  const located = await locateGenerator(entry, [dirname(folder)])
  if (located === undefined) throw networkError('write-failed', folder, 'was changed while it was being put in place')
  return { ...located, fetched: true }
}

/** The first of a file's names that the server has; undefined where it has none and the file may be missing. */
async function wantedFile(
  entry: GeneratorEntry,
  server: FileServer,
  file: GeneratorFile,
  signal: AbortSignal | undefined,
): Promise<Wanted | undefined> {
  let first: unknown
  for (const path of [file.path, ...(file.others ?? [])]) {
    try {
      return { file, path, ...(await askFile(entry, server, path, signal)) }
    } catch (error) {
      first ??= error
      if (!isError(error, 'missing', 'http') || error.details['status'] !== 404) throw error
    }
  }
  if (file.optional === true) return undefined
  throw first
}

async function fetched(
  { file, path, bytes, sha256: said }: Wanted,
  { base, headers }: FileServer,
  folder: string,
  options: Omit<DownloadOptions, 'bytes'>,
): Promise<NotedFile> {
  const target = join(folder, path)
  const part = `${target}.part`
  await makeFolder(dirname(target))
  const url = new URL(path, base).href
  await download(url, part, { ...options, headers, bytes: file.bytes ?? bytes })
  const sha256 = await hashFile(part)
  const expected = file.sha256 ?? said
  if (expected !== undefined && sha256 !== expected) {
    for (const left of [part, `${part}.json`]) await rm(left, { force: true })
    throw networkError('wrong-hash', url, {
      expected: `a file with sha256 ${expected}`,
      found: sha256,
      then: 'nothing was kept of it',
    })
  }
  await publishFile(part, target)
  await rm(`${part}.json`, { force: true })
  return { bytes, sha256 }
}

async function requireSpace(entry: GeneratorEntry, folder: string, missing: readonly Wanted[]): Promise<void> {
  const disk = await diskSpace(folder)
  if (disk === undefined) return
  let needed = 0
  for (const { path, bytes } of missing) {
    const begun = (await stat(join(folder, `${path}.part`)).catch(() => undefined))?.size ?? 0
    needed += bytes - Math.min(begun, bytes)
  }
  if (disk.free >= needed) return
  throw networkError('disk-full', folder, {
    expected: `${sizeText(needed)} free for ${entry.title}`,
    found: sizeText(disk.free),
  })
}
