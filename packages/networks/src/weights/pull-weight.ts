import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  hashFile,
  isError,
  type KinemetricError,
  publishFile,
  removePartials,
  withLock,
  diskSpace,
  sizeText,
} from '@kinemetric/files'
import { download, type DownloadOptions } from './download.ts'
import { IdentificationCache } from './identification-cache.ts'
import { findWeight, type FoundWeight, type WeightOptions } from './locate-weight.ts'
import { freePath, writableFolder } from './place-weight.ts'
import type { WeightEntry } from './weight-entry.ts'
import { cacheFolder, weightSearchPath } from './weight-folders.ts'
import { networkError } from '../tracklets/network-error.ts'

export interface PullOptions extends WeightOptions, Omit<DownloadOptions, 'bytes'> {
  /** Address to use in place of the catalogue's. */
  url?: string | undefined
  /** Folder to put the file in. Default: the first of the search path that can be written to. */
  folder?: string | undefined
  /** Take the lock of a download on another machine of which nothing is known, without waiting until it counts as gone. */
  takeLock?: boolean | undefined
}

export interface PulledWeight extends FoundWeight {
  /** False where it was there already. */
  readonly fetched: boolean
}

/**
 * Downloads a file of weights, verifies its SHA-256 and only then gives it its name. An interrupted download is
 * continued by the next call. Where the weights are there already, nothing is fetched.
 *
 * @throws KinemetricError `http` (with the status), `network`, `cut`, `wrong-size`, `wrong-hash`,
 * `disk-full`, `write-failed`, `exists` or `locked`; the signal's reason where it is aborted.
 */
export async function pullEntry(entry: WeightEntry, options: PullOptions = {}): Promise<PulledWeight> {
  const searchPath = options.folder !== undefined ? [options.folder] : (options.searchPath ?? weightSearchPath())
  const cache = await IdentificationCache.open(options.cacheFolder ?? cacheFolder())
  const there = await findWeight(entry, searchPath, cache)
  await cache.save()
  if (there !== undefined) return { ...there, fetched: false }

  const folder = options.folder ?? (await writableFolder(searchPath))
  const path = await freePath(folder, entry.file, entry)
  const part = join(folder, `.${entry.file}.${entry.sha256?.slice(0, 8) ?? 'unpinned'}.part`)
  const fetching = async (): Promise<void> => {
    await removePartials(folder, { of: [`${part}.json`] })
    await checkSpace(folder, part, entry)
    await fetchVerified(entry, part, options)
    await publishFile(part, path)
    await rm(`${part}.json`, { force: true })
  }
  await withLock(`${part}.lock`, fetching, { take: options.takeLock })
  const found = await findWeight(entry, [folder], cache)
  await cache.save()
  if (found === undefined) throw networkError('write-failed', path, 'was changed while it was being put in place')
  return { ...found, fetched: true }
}

/** From the entry's address, else from its mirrors; the last failure is thrown. */
async function fetchVerified(entry: WeightEntry, part: string, options: PullOptions): Promise<void> {
  const urls = options.url !== undefined ? [options.url] : [entry.url, ...entry.mirrors]
  for (const [index, url] of urls.entries()) {
    try {
      return await fetchFrom(url, entry, part, options)
    } catch (error) {
      if ((await sizeOf(part)) === 0) await discard(part)
      // Another address helps against a bad server, not against a full disk or an impatient user.
      const elsewhere = isError(error, 'missing', 'http', 'network', 'wrong-size', 'wrong-hash')
      if (elsewhere && index < urls.length - 1) continue
      throw isError(error, 'missing', 'network') ? unreached(error) : error
    }
  }
}

/** On a machine without a network the same command fails for ever: the file comes by other means. */
function unreached({ where, sentence, details, cause }: KinemetricError): KinemetricError {
  const brought = 'or bring the file of that address here and run kinemetric weights import FILE'
  return networkError('network', where, `${sentence}, ${brought}`, { cause, details })
}

async function fetchFrom(url: string, entry: WeightEntry, part: string, options: PullOptions): Promise<void> {
  for (let mayRepeat = true; ; mayRepeat = false) {
    const { resumed } = await download(url, part, { ...options, bytes: entry.bytes }).catch(async (error: unknown) => {
      if (isError(error, 'missing', 'wrong-size')) await discard(part)
      throw error
    })
    const sha256 = await hashFile(part)
    if (sha256 === entry.sha256) return
    await discard(part)
    // The two halves may have been of different files: once more, in one piece.
    if (resumed && mayRepeat) continue
    throw networkError('wrong-hash', url, {
      expected: `${entry.title} with sha256 ${entry.sha256}`,
      found: sha256,
      then: 'nothing was kept of it',
    })
  }
}

/** 0 where it is not there. */
async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0
}

async function discard(part: string): Promise<void> {
  await rm(part, { force: true })
  await rm(`${part}.json`, { force: true })
}

async function checkSpace(folder: string, part: string, entry: WeightEntry): Promise<void> {
  const disk = await diskSpace(folder)
  if (disk === undefined) return
  const begun = await sizeOf(part)
  if (disk.free >= entry.bytes - begun) return
  throw networkError('disk-full', folder, {
    expected: `${sizeText(entry.bytes - begun)} free for ${entry.title}`,
    found: sizeText(disk.free),
  })
}
