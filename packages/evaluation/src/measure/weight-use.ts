import { basename } from 'node:path'
import { locateWeight } from '@kinemetric/networks'
import { hashFile } from '@kinemetric/files'
import type { NetworkOptions } from './network-options.ts'

/** Weights that a record was made with. */
export interface WeightUse {
  id: string
  sha256: string
  licence: string
}

/** Weights of a file that was given by hand. Throws the file system's error. */
export async function unverifiedUse(path: string): Promise<WeightUse> {
  return { id: `unverified:${basename(path)}`, sha256: await hashFile(path), licence: 'unknown' }
}

export function isUnverified({ id }: WeightUse): boolean {
  return id.startsWith('unverified:')
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
