import { hashBytes } from '@kinemetric/files'
import type { ClipStore } from './clip-store.ts'

/** Clips that a sample of videos has: so many at random, then those on which methods differ most, until there are as many as this. */
export const sampleSize = { random: 200, all: 600 }
/** Of a pair's largest differences, more are never looked at. */
const deepest = 600

/**
 * Which clips' videos are published where not all are: 200 at random (seed 0: by the hash of their ids, so that a clip which joins moves nobody), then metric
 * by metric and pair by pair in turn the largest differences either way, until 600.
 *
 * @param candidates clips that have videos
 * @param metrics of the store
 * @param methods how many
 */
export function mediaSample(
  candidates: readonly number[],
  store: ClipStore,
  metrics: readonly number[],
  methods: number,
): Set<number> {
  if (candidates.length <= sampleSize.all) return new Set(candidates)
  const byHash = candidates
    .map((clip) => ({ clip, hash: hashBytes(`media 0 ${store.ids[clip]}`) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1))
  const chosen = new Set(byHash.slice(0, sampleSize.random).map(({ clip }) => clip))
  const extremes = new Map<string, Uint32Array>()
  for (let depth = 0; depth < deepest && chosen.size < sampleSize.all; depth++)
    for (const [metric, first, second] of metricPairs(metrics, methods)) {
      const key = `${metric} ${first} ${second}`
      let order = extremes.get(key)
      if (order === undefined) extremes.set(key, (order = byDifference(candidates, store, metric, [first, second])))
      for (const clip of [order[depth], order[order.length - 1 - depth]]) {
        if (chosen.size >= sampleSize.all) return chosen
        if (clip !== undefined) chosen.add(clip)
      }
    }
  return chosen
}

/** Pair by pair, of each pair metric by metric. */
function* metricPairs(metrics: readonly number[], methods: number): Generator<[number, number, number]> {
  for (let first = 0; first < methods; first++)
    for (let second = first + 1; second < methods; second++) for (const metric of metrics) yield [metric, first, second]
}

/** The clips with the largest and the smallest differences, in order; as many from either end as are ever asked for. */
function byDifference(
  candidates: readonly number[],
  store: ClipStore,
  metric: number,
  [first, second]: readonly [number, number],
): Uint32Array {
  const [a, b] = [store.column(metric, first), store.column(metric, second)]
  const both = Uint32Array.from(candidates).filter((clip) => Number.isFinite(a[clip] - b[clip]))
  both.sort((x, y) => b[x] - a[x] - (b[y] - a[y]) || x - y)
  return both.length <= 2 * deepest
    ? both
    : Uint32Array.from([...both.subarray(0, deepest), ...both.subarray(-deepest)])
}
