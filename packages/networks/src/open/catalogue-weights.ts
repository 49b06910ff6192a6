import { networkCatalogue, weightCatalogue } from '../models/catalogue.ts'
import { type ImportedWeight, importEntry, type ImportOptions } from '../weights/import-weight.ts'
import { listEntries, type WeightStatus } from '../weights/list-weights.ts'
import { type LocatedWeight, locateEntry, type WeightOptions } from '../weights/locate-weight.ts'
import { type PulledWeight, pullEntry, type PullOptions } from '../weights/pull-weight.ts'
import { type VerifiedWeight, verifyEntries } from '../weights/verify-weights.ts'
import type { WeightEntry } from '../weights/weight-entry.ts'
import { networkError } from '../tracklets/network-error.ts'

/** An entry of the weight catalogue. @throws KinemetricError `unknown-id` that lists the known ones */
export function weightEntry(id: string): WeightEntry {
  const entry = weightCatalogue.find((candidate) => candidate.id === id)
  if (entry !== undefined) return entry
  const ids = weightCatalogue.map((candidate) => candidate.id)
  throw networkError('unknown-id', id, { expected: `weights of ${ids.join(', ')}`, found: 'none of that name' })
}

/** Ids of the networks that weights are of, in the catalogue's order. */
export function networksOf(weights: string): string[] {
  return networkCatalogue.filter((card) => card.weights.some(({ id }) => id === weights)).map(({ id }) => id)
}

/** Finds and opens weights of the catalogue. @throws KinemetricError `unknown-id`; what `locateEntry` throws */
export async function locateWeight(id: string, options: WeightOptions = {}): Promise<LocatedWeight> {
  return locateEntry(weightEntry(id), options)
}

/** Every file of the catalogue and where it lies; absent ones too. */
export function listWeights(options: WeightOptions = {}): Promise<WeightStatus[]> {
  return listEntries(weightCatalogue, options)
}

/** Downloads weights of the catalogue. @throws KinemetricError `unknown-id`; what `pullEntry` throws */
export async function pullWeight(id: string, options: PullOptions = {}): Promise<PulledWeight> {
  return pullEntry(weightEntry(id), options)
}

/** Puts a file of weights that the user has into the weights folder. Throws what `importEntry` throws. */
export function importWeight(file: string, options: ImportOptions = {}): Promise<ImportedWeight> {
  return importEntry(file, weightCatalogue, options)
}

/** Reads every file of weights in the search path again, whatever is remembered of it. */
export function verifyWeights(options: WeightOptions = {}): Promise<VerifiedWeight[]> {
  return verifyEntries(weightCatalogue, options)
}
