import { IdentificationCache } from './identification-cache.ts'
import { findWeight, type WeightOptions } from './locate-weight.ts'
import type { VerifiedBy } from './identify-weight.ts'
import { weightCatalogue, type WeightEntry } from './weight-catalogue.ts'
import { cacheFolder, weightSearchPath } from './weight-folders.ts'

export interface WeightStatus {
  readonly entry: WeightEntry
  readonly present: boolean
  /** Real path, where present. */
  readonly path: string | undefined
  readonly verifiedBy: VerifiedBy | undefined
}

/** Every entry of the catalogue, in its order, and where it lies; absent ones too. */
export async function listWeights(options: WeightOptions = {}): Promise<WeightStatus[]> {
  const searchPath = options.searchPath ?? weightSearchPath()
  const cache = await IdentificationCache.open(options.cacheFolder ?? cacheFolder())
  const list: WeightStatus[] = []
  for (const entry of weightCatalogue) {
    const found = await findWeight(entry, searchPath, cache)
    list.push({ entry, present: found !== undefined, path: found?.path, verifiedBy: found?.verifiedBy })
  }
  await cache.save()
  return list
}
