import type { Query, Tracklets } from '@kinemetric/networks'
import { findRecipe } from '../recipes/find-recipe.ts'
import { metricError } from '../recipes/metric-error.ts'
import type { RecipeInfo } from '../recipes/recipe.ts'
import type { ClipValues } from '../spec/measured-set.ts'
import type { MetricSpec } from '../spec/metric-spec.ts'
import type { ClipTracklets } from '../spec/need.ts'
import { checkTrackletPair } from './check-tracklets.ts'
import { concludeMotion, meanOfDefined } from './conclude-motion.ts'

// TAP-Vid's position accuracy < δ^x: the share of points closer than 1, 2, 4, 8 and 16 pixels to where they should be,
// and the mean of the five, < δ^x_avg.
//
// As TAP-Vid's evaluation code has it: coordinates are scaled to an image of 256 × 256 before they are compared, whatever
// the video's own size; "within" is strict, d² < δ²; a point counts in the frames after its query frame (the query frame
// itself is given) in which the reference is visible, whatever the prediction says about visibility.

/** A recipe of δ. */
export interface TapvidDeltaRecipe extends RecipeInfo {
  /** Width and height that coordinates are scaled to; undefined leaves them as they are. */
  scaledTo: number | undefined
}

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

const recipes: readonly TapvidDeltaRecipe[] = [
  {
    id: 'tapvid-256',
    summary: 'thresholds on coordinates scaled to 256 × 256, as TAP-Vid has it',
    settings: { scale: '256x256', thresholds: '1-2-4-8-16', frames: 'after-query', points: 'visible-in-reference' },
    scaledTo: 256,
  },
  {
    id: 'original-size',
    summary: 'thresholds in pixels of the original frame',
    settings: { scale: 'original', thresholds: '1-2-4-8-16', frames: 'after-query', points: 'visible-in-reference' },
    scaledTo: undefined,
  },
]

export const tapvidDeltaSpec: MetricSpec<'tracklets', TapvidDeltaRecipe> = {
  id: 'tapvid-delta',
  title: 'Points within 1, 2, 4, 8, 16 px (TAP-Vid < δ_avg)',
  group: 'motion',
  label: { short: 'δ', long: 'Share of points within 1, 2, 4, 8, 16 px (TAP-Vid)', decimals: 3 },
  unit: '',
  better: 'higher',
  range: [0, 1],
  per: 'clip',
  aligned: true,
  version: 1,
  sees: "Which share of tracked points lies within 1, 2, 4, 8 and 16 pixels of the reference's.",
  misses: 'How wrong a point is beyond 16 pixels, and everything between the points.',
  defaultRecipe: 'tapvid-256',
  recipes,
  matches: 'google-deepmind/tapnet evaluation_datasets.compute_tapvid_metrics, query mode "first"',
  cite: 'Doersch et al., TAP-Vid: A Benchmark for Tracking Any Point in a Video, NeurIPS 2022 Datasets and Benchmarks',
  needs: () => ({ kind: 'tracklets', ask: { points: 'mask' } }),
  measure: measureClip,
  conclude: (set, recipe, how) => concludeMotion(tapvidDeltaSpec, set, recipe, how),
}

/** The mean over the clip's objects. */
function measureClip({ objects, size }: ClipTracklets, recipe: TapvidDeltaRecipe): ClipValues {
  if (objects.length === 0) return {}
  const values = objects.map(
    ({ generated, reference }) => tapvidDelta(generated, reference, size, { recipe: recipe.id }).value ?? Number.NaN,
  )
  return { series: { frames: [-1], values: Float64Array.of(meanOfDefined(values)) } }
}

/**
 * Shares of matched points within TAP-Vid's thresholds.
 *
 * @param size the original frame's, which `tapvid-256` scales from
 * @param options queries: where each tracklet starts (default: all in frame 0)
 * @throws KinemetricError `shape-mismatch`, `empty`, `too-few` (T = 1), `not-finite`, `unknown-recipe`, `bad-option`
 */
export function tapvidDelta(
  generated: Tracklets,
  reference: Tracklets,
  size: { width: number; height: number },
  options: { recipe?: string | undefined; queries?: readonly Query[] | undefined } = {},
): TapvidDelta {
  const { scaledTo } = findRecipe(tapvidDeltaSpec, options.recipe)
  checkTrackletPair(generated, reference, true, tapvidDeltaSpec.id)
  const { count, length } = generated
  const { queries } = options
  if (!(size.width > 0 && size.height > 0)) {
    throw metricError('bad-option', tapvidDeltaSpec.id, { expected: 'a size', found: `${size.width}x${size.height}` })
  }
  if (queries !== undefined && queries.length !== count) {
    throw metricError('shape-mismatch', tapvidDeltaSpec.id, {
      expected: `a query for each of ${count} tracklets`,
      found: `${queries.length}`,
    })
  }
  const [scaleX, scaleY] = scaledTo === undefined ? [1, 1] : [scaledTo / size.width, scaledTo / size.height]
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
