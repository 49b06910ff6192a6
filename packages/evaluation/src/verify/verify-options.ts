import type { FeatureReader } from '../store/feature-reader.ts'

export interface VerifyOptions {
  /** Make every comparison anew too: sign flips of all pairs, which take minutes of thousands of clips. */
  pairs?: boolean | undefined
  /** Where features of set metrics are looked for, for distances and their comparisons. */
  store: FeatureReader
  onProgress?: ((event: { done: number; total: number; file: string }) => void) | undefined
  signal?: AbortSignal | undefined
}
