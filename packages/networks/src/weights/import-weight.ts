import { constants, copyFile, link, open, realpath, rm } from 'node:fs/promises'
import { extname } from 'node:path'
import { hashFile, openRegularFile, partialPath, publishFile, removeAbandoned } from '@kinemetric/files'
import { writing } from './transfer/connection.ts'
import { IdentificationCache } from './identification-cache.ts'
import { identifyWeight } from './identify-weight.ts'
import { pinIn, pinned, pinOfFile } from './pins.ts'
import { findWeight, type FoundWeight, type WeightOptions } from './locate-weight.ts'
import { freePath, writableFolder } from './place-weight.ts'
import type { WeightEntry } from './weight-entry.ts'
import { cacheFolder, weightSearchPath } from './weight-folders.ts'
import { networkError } from '../tracklets/network-error.ts'

export interface ImportOptions extends WeightOptions {
  /** Folder to put it in. Default: the first of the search path that can be written to. */
  folder?: string | undefined
  /** Whether a hard link will do in place of a copy, where the file system allows it. Default true. */
  link?: boolean | undefined
  /** Which weights it is, of those without a published hash: it is pinned as these, on the caller's word. */
  as?: string | undefined
}

export interface ImportedWeight extends FoundWeight {
  /** 'present': these weights were in the folder already. */
  readonly how: 'linked' | 'copied' | 'present'
}

/**
 * Puts a file of weights that the user has into the weights folder, after recognising it by its content. The file
 * appears under its name only when whole and verified.
 *
 * @throws KinemetricError where `file` is not a readable regular file; `unknown-file` where it is none of
 * the entries, `exists`, `disk-full`, `write-failed`.
 */
export async function importEntry(
  file: string,
  entries: readonly WeightEntry[],
  options: ImportOptions = {},
): Promise<ImportedWeight> {
  const opened = await openRegularFile(file)
  await opened.handle.close()
  const cache = await IdentificationCache.open(options.cacheFolder ?? cacheFolder())
  const folder = options.folder ?? (await writableFolder(options.searchPath ?? weightSearchPath()))
  const known = await Promise.all(entries.map((entry) => pinned(entry, [folder])))
  const { entry, verifiedBy } =
    options.as === undefined
      ? await recognise(opened.path, known, cache)
      : await taken(opened.path, options.as, entries, folder)
  const there = await findWeight(entry, [folder], cache)
  if (there !== undefined) {
    await cache.save()
    return { ...there, how: 'present' }
  }
  // A file of only the needed tensors does not get the name of the whole.
  const name = verifiedBy === 'sha256' ? entry.file : `${entry.id}-tensors${extname(opened.path)}`
  const path = await freePath(folder, name, entry)
  const how = options.link !== false && (await linked(opened.path, path)) ? 'linked' : 'copied'
  if (how === 'copied') await copy(opened.path, path)
  const real = await realpath(path)
  const verified = await identifyWeight(real, entry, cache)
  await cache.save()
  if (verified === undefined) {
    await rm(path, { force: true })
    throw networkError('write-failed', file, 'was changed while it was being imported')
  }
  return { entry, path: real, verifiedBy: verified, how }
}

/** A file on the caller's word. @throws KinemetricError `unknown-id`, `bad-option` for weights whose hash is published, as `openCheckpoint` where it holds no tensors */
async function taken(
  path: string,
  id: string,
  entries: readonly WeightEntry[],
  folder: string,
): Promise<{ entry: WeightEntry; verifiedBy: 'sha256' }> {
  const entry = entries.find((each) => each.id === id)
  const unpublished = entries.filter(({ sha256 }) => sha256 === undefined).map((each) => each.id)
  if (entry === undefined || entry.sha256 !== undefined)
    throw networkError(entry === undefined ? 'unknown-id' : 'bad-option', id, {
      expected: `weights without a published hash: ${unpublished.join(', ')}`,
      found: entry === undefined ? 'none of that name' : 'one whose files are recognised by their content',
    })
  await pinIn(folder, id, await pinOfFile(path, entry, 'imported'))
  return { entry: await pinned(entry, [folder]), verifiedBy: 'sha256' }
}

async function recognise(
  path: string,
  entries: readonly WeightEntry[],
  cache: IdentificationCache,
): Promise<{ entry: WeightEntry; verifiedBy: 'sha256' | 'tensor-digest' }> {
  for (const entry of entries) {
    const verifiedBy = await identifyWeight(path, entry, cache)
    if (verifiedBy !== undefined) return { entry, verifiedBy }
  }
  throw networkError('unknown-file', path, {
    expected: 'weights of the catalogue',
    found: `none of them (sha256 ${await hashFile(path)})`,
    then: 'it may be damaged, or another version',
  })
}

/** False where the file system cannot: another disk, or links not allowed. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch {
    return false
  }
}

async function copy(from: string, to: string): Promise<void> {
  await removeAbandoned(to)
  const temporary = partialPath(to)
  try {
    await writing(to, async () => {
      await copyFile(from, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
      if ((await hashFile(temporary)) !== (await hashFile(from))) throw new Error('the copy differs from the original')
      const handle = await open(temporary, 'r')
      await handle.sync().finally(() => handle.close())
      await publishFile(temporary, to)
    })
  } finally {
    await rm(temporary, { force: true })
  }
}
