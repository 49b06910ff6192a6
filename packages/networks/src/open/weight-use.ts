import { basename } from 'node:path'
import { hashFile } from '@kinemetric/files'

/** Weights that a network was opened with. */
export interface WeightUse {
  id: string
  /** Of the file, hex. */
  sha256: string
  licence: string
}

/** Weights of a file that was given by hand. @throws KinemetricError where it is not a readable regular file */
export async function unverifiedUse(path: string): Promise<WeightUse> {
  return { id: `unverified:${basename(path)}`, sha256: await hashFile(path), licence: 'unknown' }
}

/** Whether nothing vouches for the content of these weights. */
export function isUnverified({ id }: WeightUse): boolean {
  return id.startsWith('unverified:')
}
