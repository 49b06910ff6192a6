import { locateWeight } from '@kinemetric/networks'
import type { NetworkOptions } from './network-options.ts'

/** Weights that a record was made with. */
export interface WeightUse {
  id: string
  sha256: string
  licence: string
}

/** Finds weights and says what was found. Throws WeightsMissingError for the first that is in no folder. */
export async function locateAll(
  ids: readonly string[],
  { searchPath }: Pick<NetworkOptions, 'searchPath'>,
): Promise<WeightUse[]> {
  const found: WeightUse[] = []
  for (const id of ids) {
    const weight = await locateWeight(id, { searchPath })
    found.push({ id, sha256: weight.sha256, licence: weight.entry.licence })
  }
  return found
}
