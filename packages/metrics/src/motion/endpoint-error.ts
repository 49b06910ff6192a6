import type { Tracklets } from '@kinemetric/networks'
import { checkTrackletPair } from './check-tracklets.ts'
import { findRecipe } from '../spec/find-recipe.ts'
import type { MetricInfo } from '../spec/metric-spec.ts'

// Endpoint error of matched tracklets: ‖p_t − p̃_t‖, the measure of optical flow evaluation (Otte & Nagel 1994; Baker et
// al. 2011) carried from one displacement to the position after t frames. Both clips are tracked from the same points of
// frame 0, so frame 0 has no error by construction and is left out of the mean.

/** Names of the endpoint error recipes. */
export type EndpointErrorRecipe = 'all-points' | 'visible-points'

export interface EndpointError {
  /** Mean over the frames' means, pixels of the original frame; null when no point counts. */
  value: number | null
  /** `[T]` mean over the points, pixels; frame 0 is the query frame. NaN in a frame where no point counts. */
  frames: Float64Array
  /** `[T]` how many points each mean is over. */
  counts: Uint32Array
}

export const endpointErrorInfo = {
  id: 'endpoint-error',
  title: 'Endpoint error of tracklets',
  unit: 'px',
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  per: 'frame',
  needs: 'tracklets',
  version: 1,
  defaultRecipe: 'all-points',
  recipes: [
    {
      id: 'all-points',
      summary: 'mean distance of matched points, visible or not',
      settings: { scale: 'original', points: 'all', mean: 'points-then-frames' },
    },
    {
      id: 'visible-points',
      summary: 'mean distance of the points that are visible on both sides',
      settings: { scale: 'original', points: 'visible-in-both', mean: 'points-then-frames' },
    },
  ],
  matches: 'average endpoint error of optical flow benchmarks, on accumulated displacements',
  cite: 'Baker et al., A Database and Evaluation Methodology for Optical Flow, IJCV 2011',
} as const satisfies MetricInfo

/**
 * Endpoint error of each frame.
 *
 * @param generated `[N, T]` tracklets that started at the same points as the reference's
 * @throws MetricError `shape-mismatch`, `empty`, `too-few` (T = 1), `not-finite`, `unknown-recipe`
 */
export function endpointError(
  generated: Tracklets,
  reference: Tracklets,
  options: { recipe?: EndpointErrorRecipe | undefined } = {},
): EndpointError {
  const recipe = findRecipe(endpointErrorInfo, options.recipe).id
  checkTrackletPair(generated, reference, true, endpointErrorInfo.id)
  const { count, length } = generated
  const frames = new Float64Array(length)
  const counts = new Uint32Array(length)
  for (let t = 0; t < length; t++) {
    let sum = 0
    for (let n = 0; n < count; n++) {
      const at = n * length + t
      if (recipe === 'visible-points' && (generated.visible[at] === 0 || reference.visible[at] === 0)) continue
      const dx = generated.points[2 * at] - reference.points[2 * at]
      const dy = generated.points[2 * at + 1] - reference.points[2 * at + 1]
      sum += Math.sqrt(dx * dx + dy * dy)
      counts[t]++
    }
    frames[t] = sum / counts[t]
  }
  const scored = frames.subarray(1).filter((value) => !Number.isNaN(value))
  const value = scored.length === 0 ? null : scored.reduce((sum, x) => sum + x, 0) / scored.length
  return { value, frames, counts }
}
