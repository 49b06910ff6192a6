import { basename } from 'node:path'
import { hashFile } from '@kinemetric/files'
import { type Identification, IdentificationCache, tensorListKey } from './identification-cache.ts'
import { identifyWeight, type VerifiedBy } from './identify-weight.ts'
import type { WeightOptions } from './locate-weight.ts'
import type { WeightEntry } from './weight-entry.ts'
import { pinned } from './pins.ts'
import { weightFiles } from './weight-files.ts'
import { cacheFolder, weightSearchPath } from './weight-folders.ts'

export interface VerifiedWeight {
  readonly entry: WeightEntry
  /** Real path; undefined where absent. */
  readonly path: string | undefined
  /** 'damaged': carries the entry's name, or held its content before, but does not hold it now. */
  readonly status: 'good' | 'damaged' | 'absent'
  readonly verifiedBy: VerifiedBy | undefined
  /** SHA-256 found. */
  readonly sha256: string | undefined
}

/**
 * Reads every file of weights in the search path again, whatever is remembered of it.
 *
 * @returns one line a file that is, was or claims to be an entry's, and one for each entry that is nowhere.
 */
export async function verifyEntries(
  catalogue: readonly WeightEntry[],
  options: WeightOptions = {},
): Promise<VerifiedWeight[]> {
  const searchPath = options.searchPath ?? weightSearchPath()
  const cache = await IdentificationCache.open(options.cacheFolder ?? cacheFolder())
  const entries = await Promise.all(catalogue.map((entry) => pinned(entry, searchPath)))
  const paths = new Set<string>()
  for (const folder of searchPath) for (const path of await weightFiles(folder, '')) paths.add(path)

  const results: VerifiedWeight[] = []
  for (const path of paths) {
    const before = cache.before(path)
    cache.forget(path)
    for (const entry of entries) {
      const verifiedBy = await identifyWeight(path, entry, cache)
      const claimed =
        basename(path) === entry.file ||
        basename(path).startsWith(`${entry.id}-tensors.`) ||
        (before !== undefined && before.sha256 === entry.sha256) ||
        heldTensors(before, entry)
      if (verifiedBy === undefined && !claimed) continue
      const status = verifiedBy === undefined ? 'damaged' : 'good'
      results.push({ entry, path, status, verifiedBy, sha256: await hashFile(path) })
    }
  }
  await cache.save()
  for (const entry of entries) {
    if (results.some((result) => result.entry.id === entry.id)) continue
    results.push({ entry, path: undefined, status: 'absent', verifiedBy: undefined, sha256: undefined })
  }
  const order = new Map(entries.map((entry, index) => [entry.id, index]))
  return results.sort((a, b) => order.get(a.entry.id)! - order.get(b.entry.id)!)
}

/** Whether a file was remembered as holding an entry's tensors. */
function heldTensors(before: Identification | undefined, { tensorNames, tensorDigest }: WeightEntry): boolean {
  if (tensorNames === undefined || tensorDigest === undefined) return false
  return before?.digests[tensorListKey(tensorNames)] === tensorDigest
}
