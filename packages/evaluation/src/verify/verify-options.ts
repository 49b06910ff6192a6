import type { Gaussian, Side } from '@kinemetric/metrics'
import type { FeatureReader } from '../store/feature-reader.ts'

/** @param path of the record @param key what the network was asked for, as the record's provenance calls it */
export type KeptStatistics = (path: string, key: string) => Promise<Record<Side, Gaussian> | undefined>

export interface VerifyOptions {
  /** Make every comparison anew too: sign flips of all pairs, which take minutes of thousands of clips. */
  pairs?: boolean | undefined
  /** Where features of set metrics are looked for, for distances and their comparisons. */
  store: FeatureReader
  /** Mean and covariance of both sides, where the rows of a record's distances of a network are not there. */
  statistics?: KeptStatistics | undefined
  onProgress?: ((event: { done: number; total: number; file: string }) => void) | undefined
  signal?: AbortSignal | undefined
}
