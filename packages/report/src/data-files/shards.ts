/** Clips in a file of values. */
export const valuesShard = 256
/** Clips in a file of curves: a reader walks a sorted list, each clip from another file, so these are small. */
export const curvesShard = 64

/** Name of the data file that has a clip's values. */
export function valuesName(clip: number): string {
  return `values-${Math.floor(clip / valuesShard)}`
}

/** Name of the data file that has a clip's curves, failures and hashes. */
export function curvesName(clip: number): string {
  return `curves-${Math.floor(clip / curvesShard)}`
}

/** First clip of every shard. */
export function shardStarts(clips: number, size: number): number[] {
  return Array.from({ length: Math.ceil(clips / size) }, (_, shard) => shard * size)
}
