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
export function isUnverified({ id }: Pick<WeightUse, 'id'>): boolean {
  return id.startsWith('unverified:')
}

/** The words under which weights were given that nothing vouches for (`svd`, `interdyn`), each once. */
export function unverifiedWords(weights: readonly Pick<WeightUse, 'id'>[]): string[] {
  const words = weights.filter(isUnverified).map(({ id }) => id.slice(id.indexOf(':') + 1).split('/', 1)[0])
  return [...new Set(words)]
}
