import { stat } from 'node:fs/promises'
import { hashFile, isError } from '@kinemetric/files'
import { digestTensors } from '../checkpoints/digest-tensors.ts'
import { openCheckpoint } from '../checkpoints/open-checkpoint.ts'
import { type Identification, IdentificationCache, tensorListKey } from './identification-cache.ts'
import type { WeightEntry } from './weight-entry.ts'
import { cacheFolder } from './weight-folders.ts'

/** How a file was recognised: as the very file of the catalogue, or by the tensors that the network needs. */
export type VerifiedBy = 'sha256' | 'tensor-digest'

/**
 * Whether a file's content is that of a catalogue entry. Only a file of the entry's size is hashed; any other one is
 * recognised only where it holds exactly the needed tensors under their names.
 *
 * @param path real path of a regular file.
 */
export async function identifyWeight(
  path: string,
  entry: WeightEntry,
  cache: IdentificationCache,
): Promise<VerifiedBy | undefined> {
  const note = await cache.about(path)
  if (note === undefined) return undefined
  const before = JSON.stringify(note)
  try {
    if (await hasHash(path, entry, note)) return 'sha256'
    return (await hasTensors(path, entry, note)) ? 'tensor-digest' : undefined
  } catch (error) {
    // Another file of the folder may be the one; this one may be readable the next time.
    if (isUnreadable(error)) return undefined
    throw error
  } finally {
    if (JSON.stringify(note) !== before) await cache.remember(path, note)
  }
}

/** SHA-256 of a file, from the cache where it is there. */
export async function rememberedHash(path: string, cache: IdentificationCache): Promise<string> {
  const note = await cache.about(path)
  if (note?.sha256 !== undefined) return note.sha256
  const sha256 = await hashFile(path)
  if (note !== undefined) await cache.remember(path, { ...note, sha256 })
  return sha256
}

/** SHA-256 of a file of gigabytes: read once, then remembered while its size and times stay. @throws KinemetricError where it is not a readable regular file */
export async function sha256Of(path: string): Promise<string> {
  const cache = await IdentificationCache.open(cacheFolder())
  const sha256 = await rememberedHash(path, cache)
  await cache.save()
  return sha256
}

async function hasHash(path: string, entry: WeightEntry, note: Identification): Promise<boolean> {
  if (entry.sha256 === undefined || (await stat(path)).size !== entry.bytes) return false
  note.sha256 ??= await hashFile(path)
  return note.sha256 === entry.sha256
}

async function hasTensors(path: string, entry: WeightEntry, note: Identification): Promise<boolean> {
  if (entry.tensorDigest === undefined || entry.tensorNames === undefined) return false
  const key = tensorListKey(entry.tensorNames)
  let digest = note.digests[key]
  if (digest === undefined) {
    digest = await tensorDigest(path, entry.tensorNames)
    note.digests[key] = digest
  }
  return digest === entry.tensorDigest
}

/** Null where the file is not a checkpoint or does not hold the tensors. */
async function tensorDigest(path: string, names: readonly string[]): Promise<string | null> {
  try {
    const checkpoint = await openCheckpoint(path)
    if (!names.every((name) => checkpoint.tensors.has(name))) return null
    return await digestTensors(checkpoint, names)
  } catch (error) {
    if (isUnreadable(error) || !isError(error, 'input')) throw error
    return null
  }
}

/** Says nothing about the content. */
function isUnreadable(error: unknown): boolean {
  return isError(error, 'input', 'not-readable', 'not-found') || (error instanceof Error && 'syscall' in error)
}
