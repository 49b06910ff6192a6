import { openCheckpoint } from '../checkpoints/open-checkpoint.ts'
import type { Checkpoint } from '../checkpoints/tensors/tensor-reference.ts'
import { IdentificationCache } from './identification-cache.ts'
import { identifyWeight, rememberedHash, type VerifiedBy } from './identify-weight.ts'
import type { WeightEntry } from './weight-entry.ts'
import { pinned } from './pins.ts'
import { weightFiles } from './weight-files.ts'
import { cacheFolder, weightSearchPath } from './weight-folders.ts'
import { weightsMissing } from './missing-weights.ts'

export interface WeightOptions {
  /** Folders in which weights are looked for, in order. Default: `weightSearchPath()`. */
  searchPath?: readonly string[] | undefined
  /** Folder that remembers which file is what. Default: `cacheFolder()`. */
  cacheFolder?: string | undefined
}

export interface FoundWeight {
  readonly entry: WeightEntry
  /** Real path. */
  readonly path: string
  readonly verifiedBy: VerifiedBy
}

export interface LocatedWeight extends FoundWeight {
  /** Of this file: the catalogue's, unless the file was recognised by its tensors. */
  readonly sha256: string
  /** With only the entry's `tensorNames` where it has some, so that every file of them reads the same. */
  readonly checkpoint: Checkpoint
}

/**
 * Finds a file of weights in the search path by its content, whatever its name, and opens it. The content was verified
 * (SHA-256 of the file, or the digest of the needed tensors) when the file was first seen and whenever it changed.
 *
 * @throws KinemetricError `weights` where it is in none of the folders; the codes of `openCheckpoint`
 */
export async function locateEntry(entry: WeightEntry, options: WeightOptions = {}): Promise<LocatedWeight> {
  const searchPath = options.searchPath ?? weightSearchPath()
  const cache = await IdentificationCache.open(options.cacheFolder ?? cacheFolder())
  const found = await findWeight(entry, searchPath, cache)
  if (found === undefined) {
    await cache.save()
    throw weightsMissing(entry, searchPath)
  }
  const sha256 = await rememberedHash(found.path, cache)
  await cache.save()
  // A file whose very bytes are known may carry names that the strict reader does not know; nothing is executed.
  const opened = await openCheckpoint(found.path, {
    roots: searchPath,
    unknownGlobals: found.verifiedBy === 'sha256' ? 'ignore' : 'refuse',
  })
  return { ...found, sha256, checkpoint: only(opened, entry.tensorNames) }
}

/** The first file of the search path with the entry's content, or undefined. */
export async function findWeight(
  entry: WeightEntry,
  searchPath: readonly string[],
  cache: IdentificationCache,
): Promise<FoundWeight | undefined> {
  const known = await pinned(entry, searchPath)
  if (known.sha256 === undefined) return undefined
  for (const folder of searchPath) {
    for (const path of await weightFiles(folder, entry.file)) {
      const verifiedBy = await identifyWeight(path, known, cache)
      if (verifiedBy !== undefined) return { entry, path, verifiedBy }
    }
  }
  return undefined
}

function only(checkpoint: Checkpoint, names: readonly string[] | undefined): Checkpoint {
  if (names === undefined) return checkpoint
  const wanted = new Set(names)
  return { ...checkpoint, tensors: new Map([...checkpoint.tensors].filter(([name]) => wanted.has(name))) }
}
