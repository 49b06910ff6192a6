import type { FeatureMatrix } from '@kinemetric/metrics'
import { BenchmarkError } from './benchmark-error.ts'
import type { FeatureCache } from './feature-cache.ts'

/** Kept rows of one side in the order of the clips, and whose they are. */
export interface KeptFeatures extends FeatureMatrix {
  /** Names of the clips that `clipOfRow` counts. */
  clips: string[]
}

/** Reads rows from the cache, clip by clip. Throws BenchmarkError `cache-lost` where an entry has gone. */
export async function gatherFeatures(
  places: readonly { clip: string; address: string }[],
  cache: FeatureCache,
): Promise<KeptFeatures> {
  let data = new Float32Array(0)
  const clipOfRow: number[] = []
  let dimension = 1
  let used = 0
  for (const [index, { clip, address }] of places.entries()) {
    const rows = (await cache.read(address))?.rows
    if (rows === undefined)
      throw new BenchmarkError(
        'cache-lost',
        address,
        `expected the features of ${clip}, found none; run again to compute them`,
      )
    dimension = rows.shape[1]
    for (let row = 0; row < rows.shape[0]; row++) clipOfRow.push(index)
    // As many rows for every clip still to come as for this one: for clips of one length the matrix is allocated once.
    if (used + rows.data.length > data.length) {
      const larger = new Float32Array(used + rows.data.length * (places.length - index))
      larger.set(data.subarray(0, used))
      data = larger
    }
    data.set(rows.data, used)
    used += rows.data.length
  }
  data = data.subarray(0, used)
  return {
    data,
    rows: data.length / dimension,
    dimension,
    clipOfRow: Int32Array.from(clipOfRow),
    clips: places.map(({ clip }) => clip),
  }
}
