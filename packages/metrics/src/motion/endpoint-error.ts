import type { Tracklets } from '@kinemetric/networks'
import { findRecipe } from '../recipes/find-recipe.ts'
import type { RecipeInfo } from '../recipes/recipe.ts'
import type { ClipValues } from '../spec/measured-set.ts'
import type { MetricSpec } from '../spec/metric-spec.ts'
import type { ClipTracklets } from '../spec/need.ts'
import { checkTrackletPair } from './check-tracklets.ts'
import { concludeMotion, meanOfDefined } from './conclude-motion.ts'

// Endpoint error of matched tracklets: ‖p_t − p̃_t‖, the measure of optical flow evaluation (Otte & Nagel 1994; Baker et
// al. 2011) carried from one displacement to the position after t frames. Both clips are tracked from the same points of
// frame 0, so frame 0 has no error by construction and is left out of the mean.

/** A recipe of the endpoint error. */
export interface EndpointErrorRecipe extends RecipeInfo {
  /** Only the points that are visible on both sides. */
  visibleOnly: boolean
}

export interface EndpointError {
  /** Mean over the frames' means, pixels of the original frame; null when no point counts. */
  value: number | null
  /** `[T]` mean over the points, pixels; frame 0 is the query frame. NaN in a frame where no point counts. */
  frames: Float64Array
  /** `[T]` how many points each mean is over. */
  counts: Uint32Array
}

const recipes: readonly EndpointErrorRecipe[] = [
  {
    id: 'all-points',
    summary: 'mean distance of matched points, visible or not',
    settings: { scale: 'original', points: 'all', mean: 'points-then-frames' },
    visibleOnly: false,
  },
  {
    id: 'visible-points',
    summary: 'mean distance of the points that are visible on both sides',
    settings: { scale: 'original', points: 'visible-in-both', mean: 'points-then-frames' },
    visibleOnly: true,
  },
]

export const endpointErrorSpec: MetricSpec<'tracklets', EndpointErrorRecipe> = {
  id: 'endpoint-error',
  title: 'Endpoint error of tracklets',
  group: 'motion',
  label: { short: 'EPE', long: 'Endpoint error of matched tracklets', decimals: 2 },
  unit: 'px',
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  per: 'frame',
  aligned: true,
  version: 1,
  sees: 'How far each tracked point lies from where the reference has it, in pixels.',
  misses:
    'What is drawn there: a point that is followed well may carry wrong texture, and points that the tracker loses are left out.',
  defaultRecipe: 'all-points',
  recipes,
  matches: 'average endpoint error of optical flow benchmarks, on accumulated displacements',
  cite: 'Baker et al., A Database and Evaluation Methodology for Optical Flow, IJCV 2011',
  needs: () => ({ kind: 'tracklets', ask: { points: 'mask' } }),
  measure: measureClip,
  conclude: (set, recipe, how) => concludeMotion(endpointErrorSpec, set, recipe, how),
}

/** Frame by frame from frame 1 on, the mean over the clip's objects. */
function measureClip({ objects, scored }: ClipTracklets, recipe: EndpointErrorRecipe): ClipValues {
  if (objects.length === 0) return {}
  const errors = objects.map(({ generated, reference }) => errorsOf(generated, reference, recipe).frames)
  const frames = scored.filter((frame) => frame > 0)
  const values = Float64Array.from(frames, (frame) => meanOfDefined(errors.map((error) => error[frame])))
  return { series: { frames, values } }
}

/**
 * Endpoint error of each frame.
 *
 * @param generated `[N, T]` tracklets that started at the same points as the reference's
 * @throws KinemetricError `shape-mismatch`, `empty`, `too-few` (T = 1), `not-finite`, `unknown-recipe`
 */
export function endpointError(
  generated: Tracklets,
  reference: Tracklets,
  options: { recipe?: string | undefined } = {},
): EndpointError {
  return errorsOf(generated, reference, findRecipe(endpointErrorSpec, options.recipe))
}

function errorsOf(generated: Tracklets, reference: Tracklets, { visibleOnly }: EndpointErrorRecipe): EndpointError {
  checkTrackletPair(generated, reference, true, endpointErrorSpec.id)
  const { count, length } = generated
  const frames = new Float64Array(length)
  const counts = new Uint32Array(length)
  for (let t = 0; t < length; t++) {
    let sum = 0
    for (let n = 0; n < count; n++) {
      const at = n * length + t
      if (visibleOnly && (generated.visible[at] === 0 || reference.visible[at] === 0)) continue
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
