import { gridQueries, trackedFrames, type TrackedRowsNeed, windowStarts } from '@kinemetric/metrics'
import type { Tracker } from '@kinemetric/networks'
import { contiguous, type FrameArray, hashFrames } from '@kinemetric/video'
import { benchmarkError } from '@kinemetric/benchmark'
import type { NeedUse } from '../journal/journal-identity.ts'
import type { MetricName } from '../plan/metric-name.ts'
import { type CacheSide, entryBytes, type FeatureCache } from '../store/feature-cache.ts'
import { featureArrays, trackedRowsKey } from '../store/feature-key.ts'
import type { Measurer } from './measurer.ts'
import { metricFailures } from './metric-failures.ts'
import { pointTracker } from './objects/track-objects.ts'

/**
 * Metrics of sets whose rows are made of tracklets: the points of a grid are tracked through each window of the scored frames, brought to the size that the need says.
 * Rows are kept as those of networks are; tracks too, which recipes share.
 */
export function trackedRowsMeasurer(
  use: NeedUse,
  names: readonly MetricName[],
  need: TrackedRowsNeed,
  tracker: Tracker,
  { provider, cache }: { provider: string; cache: FeatureCache },
): Measurer {
  const track = pointTracker(tracker, { provider, cache })
  const [{ metric, recipe }] = names
  const { windows } = need
  const rowsOf = async (frames: FrameArray, side: CacheSide): Promise<Float32Array> => {
    if (metric.rows === undefined)
      throw benchmarkError('no-formula', metric.id, { expected: '`rows` in its spec', found: 'none' })
    const starts = windowStarts(windows, frames.shape[0], metric.id)
    const small = trackedFrames(frames, windows.resize)
    const [, height, width] = small.shape
    const queries = gridQueries(windows, { width, height })
    const rows: Float32Array[] = []
    for (const start of starts) {
      const window = contiguous(small.lo(start, 0, 0, 0).hi(windows.frames, height, width, 3))
      const { tracklets } = await track(window, hashFrames(window), queries, side)
      rows.push(metric.rows(tracklets, recipe))
    }
    const all = new Float32Array(rows.length * need.dimension)
    for (const [at, row] of rows.entries()) all.set(row, at * need.dimension)
    return all
  }
  const keep = async (frames: FrameArray, sha256: string, scored: readonly number[], side: CacheSide) => {
    const key = trackedRowsKey(use, need, provider, sha256, scored)
    const rows = async () => featureArrays(await rowsOf(frames, side), need.dimension)
    return (await cache.get(key, side, rows)).address
  }
  return {
    use,
    names,
    uses: 'network',
    keeps: ({ scored }) => {
      const count = Math.max(0, Math.floor((scored - windows.frames) / windows.stride) + 1)
      return count * entryBytes(need.dimension + 3 * windows.frames * windows.grid ** 2)
    },
    measure: (pair) =>
      metricFailures(pair.reference.id, names, async () => {
        const { scored } = pair
        const reference = await keep(pair.referenceScored, pair.referenceSha256, scored, 'reference')
        const generated = await keep(pair.generatedScored, pair.generatedSha256, scored, 'generated')
        return { kept: { [use.key]: { generated, reference } } }
      }),
  }
}
