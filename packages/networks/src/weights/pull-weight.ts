import { rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
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
import { digestTensors } from '../checkpoints/digest-tensors.ts'
import { openCheckpoint } from '../checkpoints/open-checkpoint.ts'
import { fetchPart } from './parts/fetch-part.ts'
import { planPart } from './parts/plan-part.ts'
import { openRemote } from './parts/remote-file.ts'
import { type Pin, pinIn, pinned, pinOf, pinOfFile } from './pins.ts'
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
  /** Of weights without a published hash: what they were pinned as. */
  readonly pin?: Pin | undefined
}

/**
 * Downloads a file of weights, verifies its SHA-256 and only then gives it its name. An interrupted download is
 * continued by the next call. Where the weights are there already, nothing is fetched.
 *
 * Of a file whose used tensors are less than half of it only these are fetched, where the server gives parts of files and something vouches for them (their
 * digest, or nothing does for the whole either): what is kept is then a safetensors file with the tensors under the whole file's names. Without a published
 * hash what comes is pinned.
 *
 * @throws KinemetricError `http` (with the status), `network`, `cut`, `wrong-size`, `wrong-hash`, `changed`,
 * `disk-full`, `write-failed`, `exists` or `locked`; the codes of `openCheckpoint` for an unpinned file that is none; the signal's reason where it is aborted.
 */
export async function pullEntry(entry: WeightEntry, options: PullOptions = {}): Promise<PulledWeight> {
  const searchPath = options.folder !== undefined ? [options.folder] : (options.searchPath ?? weightSearchPath())
  const cache = await IdentificationCache.open(options.cacheFolder ?? cacheFolder())
  const there = await findWeight(entry, searchPath, cache)
  await cache.save()
  if (there !== undefined) return { ...there, fetched: false, pin: await pinOf(entry, searchPath) }

  const folder = options.folder ?? (await writableFolder(searchPath))
  const known = await pinned(entry, [folder])
  const path = await freePath(folder, entry.file, entry)
  const part = join(folder, `.${entry.file}.${entry.sha256?.slice(0, 8) ?? 'unpinned'}.part`)
  const fetching = async (): Promise<void> => {
    await removePartials(folder, { of: [`${part}.json`] })
    const fetched = await fetchVerified(known, part, options, entry.sha256 !== undefined)
    const kept = fetched.isPart ? await freePath(folder, `${entry.id}-tensors.safetensors`, entry) : path
    if (entry.sha256 === undefined) await pinIn(folder, entry.id, await pinFor(fetched, known))
    await publishFile(fetched.part, kept)
    await discard(fetched.part)
    await discard(part)
  }
  await withLock(`${part}.lock`, fetching, { take: options.takeLock })
  const found = await findWeight(entry, [folder], cache)
  await cache.save()
  if (found === undefined) throw networkError('write-failed', path, 'was changed while it was being put in place')
  return { ...found, fetched: true, pin: await pinOf(entry, [folder]) }
}

/** What an unpinned file is; of one that was pinned before and has gone the same again. @throws KinemetricError as `openCheckpoint`; `wrong-hash` */
async function pinFor({ url, part }: Fetched, known: WeightEntry): Promise<Pin> {
  const pin = await pinOfFile(part, known, url)
  if (known.sha256 !== undefined && pin.sha256 !== known.sha256) {
    await discard(part)
    throw networkError('wrong-hash', url, {
      expected: `${known.title} as it was pinned, sha256 ${known.sha256}`,
      found: pin.sha256,
      then: 'nothing was kept of it; without its line in pinned-weights.json it is pinned anew',
    })
  }
  return pin
}

/** What was fetched, and from where. */
interface Fetched {
  url: string
  /** The file that it came into. */
  part: string
  /** Whether it is the used tensors alone. */
  isPart: boolean
}

/** From the entry's address, else from its mirrors; the last failure is thrown. */
async function fetchVerified(
  entry: WeightEntry,
  part: string,
  options: PullOptions,
  isPublished: boolean,
): Promise<Fetched> {
  const urls = options.url !== undefined ? [options.url] : [entry.url, ...entry.mirrors]
  for (const [index, url] of urls.entries()) {
    try {
      return await fetchFrom(url, entry, part, options, isPublished)
    } catch (error) {
      if ((await sizeOf(part)) === 0) await discard(part)
      // Another address helps against a bad server, not against a full disk or an impatient user.
      const elsewhere = isError(error, 'missing', 'http', 'network', 'wrong-size', 'wrong-hash', 'changed')
      if (elsewhere && index < urls.length - 1) continue
      throw isError(error, 'missing', 'network') ? unreached(error) : error
    }
  }
  throw networkError('bad-option', entry.id, { expected: 'an address', found: 'none' })
}

/** On a machine without a network the same command fails for ever: the file comes by other means. */
function unreached({ where, sentence, details, cause }: KinemetricError): KinemetricError {
  const brought = 'or bring the file of that address here and run kinemetric weights import FILE'
  return networkError('network', where, `${sentence}, ${brought}`, { cause, details })
}

async function fetchFrom(
  url: string,
  entry: WeightEntry,
  part: string,
  options: PullOptions,
  isPublished: boolean,
): Promise<Fetched> {
  const vouched = entry.tensorDigest !== undefined && entry.tensorNames !== undefined
  const uses = isPublished && !vouched ? undefined : entry.uses
  const remote = uses !== undefined || entry.sha256 === undefined ? await openRemote(url, options) : undefined
  if (uses !== undefined && remote?.file !== undefined) {
    const plan = await planPart(remote.file, uses)
    if (plan !== undefined) {
      const tensors = part.replace(/\.part$/, '.tensors.part')
      await checkSpace(tensors, plan.bytes, entry)
      await fetchPart(remote.file, plan, tensors, options)
      await checkDigest(tensors, url, entry)
      return { url, part: tensors, isPart: true }
    }
  }
  const bytes = entry.sha256 === undefined ? remote?.size : entry.bytes
  if (bytes === undefined) throw networkError('http', url, { expected: "the file's size in the answer", found: 'none' })
  await checkSpace(part, bytes, entry)
  await fetchWhole(url, { ...entry, bytes }, part, options)
  return { url, part, isPart: false }
}

/** Of tensors whose digest is known. @throws KinemetricError `wrong-hash`; nothing is kept then */
async function checkDigest(
  part: string,
  url: string,
  { title, tensorNames, tensorDigest }: WeightEntry,
): Promise<void> {
  if (tensorDigest === undefined || tensorNames === undefined) return
  const found = await digestTensors(await openCheckpoint(part), tensorNames)
  if (found === tensorDigest) return
  await discard(part)
  throw networkError('wrong-hash', url, {
    expected: `${title} with tensors of digest ${tensorDigest}`,
    found,
    then: 'nothing was kept of it',
  })
}

async function fetchWhole(url: string, entry: WeightEntry, part: string, options: PullOptions): Promise<void> {
  for (let mayRepeat = true; ; mayRepeat = false) {
    const { resumed } = await download(url, part, { ...options, bytes: entry.bytes }).catch(async (error: unknown) => {
      if (isError(error, 'missing', 'wrong-size')) await discard(part)
      throw error
    })
    // What has no hash is pinned.
    if (entry.sha256 === undefined) return
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

/** @param bytes that the part will have */
async function checkSpace(part: string, bytes: number, entry: WeightEntry): Promise<void> {
  const folder = dirname(part)
  const disk = await diskSpace(folder)
  if (disk === undefined) return
  const begun = await sizeOf(part)
  if (disk.free >= bytes - begun) return
  throw networkError('disk-full', folder, {
    expected: `${sizeText(bytes - begun)} free for ${entry.title}`,
    found: sizeText(disk.free),
  })
}
