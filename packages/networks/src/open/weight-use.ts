/** Weights that a network was opened with. */
export interface WeightUse {
  id: string
  /** Of the file, hex. */
  sha256: string
  licence: string
}

/** Weights of a file that was given by hand. */
export function unverifiedUse(name: string, sha256: string): WeightUse {
  return { id: `unverified:${name}`, sha256, licence: 'unknown' }
}

/** Whether nothing vouches for the content of these weights. */
export function isUnverified({ id }: WeightUse): boolean {
  return id.startsWith('unverified:')
}
