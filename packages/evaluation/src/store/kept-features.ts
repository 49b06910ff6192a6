import type { ClipRows, FeatureMatrix } from '@kinemetric/metrics'
import { benchmarkError } from '@kinemetric/benchmark'
import type { FeatureReader } from './feature-reader.ts'

/** Reads all rows from the cache into memory, clip by clip. @throws KinemetricError `cache-lost` where an entry has gone. */
export async function gatherFeatures(
  places: readonly { clip: string; address: string }[],
  cache: FeatureReader,
): Promise<FeatureMatrix & ClipRows> {
  // Clips may have any number of rows: the files' sizes say how much there is, so that the matrix is allocated once.
  let bytes = 0
  for (const { address } of places) bytes += await cache.size(address)
  let data = new Float32Array(Math.ceil(bytes / 4))
  const clipOfRow: number[] = []
  let dimension = 1
  let used = 0
  for (const [index, { clip, address }] of places.entries()) {
    const rows = (await cache.read(address))?.rows
    if (rows === undefined)
      throw benchmarkError(
        'cache-lost',
        address,
        `expected the features of ${clip}, found none; run again to compute them`,
      )
    dimension = rows.shape[1]
    for (let row = 0; row < rows.shape[0]; row++) clipOfRow.push(index)
    // An entry that was written anew in between.
    if (used + rows.data.length > data.length) data = enlarged(data, used + rows.data.length)
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

function enlarged(data: Float32Array<ArrayBuffer>, length: number): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(length)
  larger.set(data)
  return larger
}
