/** A distribution metric's number and what was noticed on the way. */
export interface DistanceResult {
  value: number
  /** Rows of features of the generated side. */
  n: number
  warnings: string[]
  /** Those of the warnings that say why the number is not to be trusted. */
  flags: string[]
  /** JSON: the parts of the number, sizes, subset spread. */
  details: Record<string, unknown>
}

/** Options that every distribution metric takes. */
export interface DistanceOptions {
  /** Called with the share of the work that is done, 0..1. */
  onProgress?: ((share: number) => void) | undefined
  signal?: AbortSignal | undefined
}
