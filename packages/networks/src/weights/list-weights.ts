import { IdentificationCache } from './identification-cache.ts'
import { findWeight, type WeightOptions } from './locate-weight.ts'
import type { VerifiedBy } from './identify-weight.ts'
import type { WeightEntry } from './weight-entry.ts'
import { cacheFolder, weightSearchPath } from './weight-folders.ts'

export interface WeightStatus {
  readonly entry: WeightEntry
  readonly present: boolean
  /** Real path, where present. */
  readonly path: string | undefined
  readonly verifiedBy: VerifiedBy | undefined
}

/** Every entry, in the order given, and where it lies; absent ones too. */
export async function listEntries(
  entries: readonly WeightEntry[],
  options: WeightOptions = {},
): Promise<WeightStatus[]> {
  const searchPath = options.searchPath ?? weightSearchPath()
  const cache = await IdentificationCache.open(options.cacheFolder ?? cacheFolder())
  const list: WeightStatus[] = []
  for (const entry of entries) {
    const found = await findWeight(entry, searchPath, cache)
    list.push({ entry, present: found !== undefined, path: found?.path, verifiedBy: found?.verifiedBy })
  }
  await cache.save()
  return list
}
