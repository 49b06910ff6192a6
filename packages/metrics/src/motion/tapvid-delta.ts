import type { Query, Tracklets } from '@kinemetric/networks'
import { checkTrackletPair } from './check-tracklets.ts'
import { findRecipe } from '../spec/find-recipe.ts'
import { MetricError } from '../spec/metric-error.ts'
import type { MetricInfo } from '../spec/metric-spec.ts'

// TAP-Vid's position accuracy < δ^x: the share of points closer than 1, 2, 4, 8 and 16 pixels to where they should be,
// and the mean of the five, < δ^x_avg.
//
// As TAP-Vid's evaluation code has it: coordinates are scaled to an image of 256 × 256 before they are compared, whatever
// the video's own size; "within" is strict, d² < δ²; a point counts in the frames after its query frame (the query frame
// itself is given) in which the reference is visible, whatever the prediction says about visibility.

/** Names of the δ recipes. */
export type TapvidDeltaRecipe = 'tapvid-256' | 'original-size'

/** TAP-Vid's thresholds, pixels. */
export const tapvidThresholds = [1, 2, 4, 8, 16] as const

export interface TapvidDelta {
  /** < δ_avg: the mean of the five shares, 0..1; null when no point counts. */
  value: number | null
  /** The shares within 1, 2, 4, 8 and 16 px, 0..1, in this order; NaN when no point counts. */
  shares: Float64Array
  /** How many points of how many frames the shares are over, together. */
  count: number
}

export const tapvidDeltaInfo = {
  id: 'tapvid-delta',
  title: 'Points within 1, 2, 4, 8, 16 px (TAP-Vid < δ_avg)',
  unit: '',
  better: 'higher',
  range: [0, 1],
  per: 'clip',
  needs: 'tracklets',
  version: 1,
  defaultRecipe: 'tapvid-256',
  recipes: [
    {
      id: 'tapvid-256',
      summary: 'thresholds on coordinates scaled to 256 × 256, as TAP-Vid has it',
      settings: { scale: '256x256', thresholds: '1-2-4-8-16', frames: 'after-query', points: 'visible-in-reference' },
    },
    {
      id: 'original-size',
      summary: 'thresholds in pixels of the original frame',
      settings: { scale: 'original', thresholds: '1-2-4-8-16', frames: 'after-query', points: 'visible-in-reference' },
    },
  ],
  matches: 'google-deepmind/tapnet evaluation_datasets.compute_tapvid_metrics, query mode "first"',
  cite: 'Doersch et al., TAP-Vid: A Benchmark for Tracking Any Point in a Video, NeurIPS 2022 Datasets and Benchmarks',
} as const satisfies MetricInfo

/**
 * Shares of matched points within TAP-Vid's thresholds.
 *
 * @param size the original frame's, which `tapvid-256` scales from
 * @param options queries: where each tracklet starts (default: all in frame 0)
 * @throws MetricError `shape-mismatch`, `empty`, `too-few` (T = 1), `not-finite`, `unknown-recipe`, `bad-option`
 */
export function tapvidDelta(
  generated: Tracklets,
  reference: Tracklets,
  size: { width: number; height: number },
  options: { recipe?: TapvidDeltaRecipe | undefined; queries?: readonly Query[] | undefined } = {},
): TapvidDelta {
  const recipe = findRecipe(tapvidDeltaInfo, options.recipe).id
  checkTrackletPair(generated, reference, true, tapvidDeltaInfo.id)
  const { count, length } = generated
  const { queries } = options
  if (!(size.width > 0 && size.height > 0)) {
    throw new MetricError('bad-option', tapvidDeltaInfo.id, `expected a size; found ${size.width}x${size.height}`)
  }
  if (queries !== undefined && queries.length !== count) {
    throw new MetricError(
      'shape-mismatch',
      tapvidDeltaInfo.id,
      `expected a query for each of ${count} tracklets; found ${queries.length}`,
    )
  }
  const [scaleX, scaleY] = recipe === 'tapvid-256' ? [256 / size.width, 256 / size.height] : [1, 1]
  const within = new Float64Array(tapvidThresholds.length)
  let points = 0
  for (let n = 0; n < count; n++) {
    for (let t = (queries?.[n].t ?? 0) + 1; t < length; t++) {
      const at = n * length + t
      if (reference.visible[at] === 0) continue
      const dx = (generated.points[2 * at] - reference.points[2 * at]) * scaleX
      const dy = (generated.points[2 * at + 1] - reference.points[2 * at + 1]) * scaleY
      const squared = dx * dx + dy * dy
      points++
      for (const [index, threshold] of tapvidThresholds.entries()) if (squared < threshold * threshold) within[index]++
    }
  }
  const shares = within.map((hits) => hits / points)
  const value = points === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length
  return { value, shares, count: points }
}
