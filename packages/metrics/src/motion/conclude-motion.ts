import type { MotionDetails, Score } from '@kinemetric/records'
import type { RecipeInfo } from '../recipes/recipe.ts'
import { meanOfClips, type Scored } from '../spec/mean-of-clips.ts'
import { isSkipped, type MeasuredSet, type Side, type TrackedObject } from '../spec/measured-set.ts'
import type { Concluding } from '../spec/metric-spec.ts'

/** What a metric adds to the details that all motion metrics have. */
export interface MotionAddition {
  details: Partial<MotionDetails>
  warnings: readonly string[]
}

/**
 * The set's score of a motion metric with what stands behind it: tracker and points, objects and clips skipped, shares of static and invisible points,
 * and what the metric itself adds.
 */
export async function concludeMotion<R extends RecipeInfo>(
  metric: Scored<R>,
  set: MeasuredSet,
  recipe: R,
  how: Concluding,
  addition: MotionAddition = { details: {}, warnings: [] },
): Promise<Score> {
  const score = meanOfClips(metric, set, recipe, how)
  const { tracker, points } = how.motion
  const clips = [...set.clips]
  const objects = clips.flatMap(({ clip, objects: own }) => (own ?? []).map((object) => ({ clip, ...object })))
  const scored = objects.filter((object) => object.skipped === null)
  const clipsSkipped = clips.filter(isSkipped).length
  const motion: MotionDetails = {
    tracker,
    points,
    seed: how.seeds.points,
    skipped: objects.flatMap(({ clip, object, pixels, skipped: reason }) =>
      reason === null ? [] : [{ clip, object, pixels, reason }],
    ),
    staticShare: shares(scored, (object) => object.staticShare),
    invisibleShare: shares(scored, (object) => object.invisibleShare),
    clipsSkipped,
    objects: scored.length,
    ...addition.details,
  }
  const warnings = [...(score.warnings ?? []), ...addition.warnings]
  if (clipsSkipped !== 0)
    warnings.push(`${clipsSkipped} of ${clips.length} clips skipped: no object of at least ${points} pixels`)
  return { ...score, ...(warnings.length > 0 ? { warnings } : {}), details: { ...score.details, motion } }
}

/** Mean of the values that are defined; NaN where none is. */
export function meanOfDefined(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value))
  return defined.reduce((sum, value) => sum + value, 0) / defined.length
}

/** Mean of the finite values; null where there is none. */
export function meanOrNull(values: readonly (number | null | undefined)[]): number | null {
  const defined = values.flatMap((value) => (Number.isFinite(value) ? [value ?? Number.NaN] : []))
  return defined.length === 0 ? null : defined.reduce((sum, value) => sum + value, 0) / defined.length
}

function shares(objects: readonly TrackedObject[], share: (object: TrackedObject) => Record<Side, number> | null) {
  return {
    generated: meanOrNull(objects.map((object) => share(object)?.generated)),
    reference: meanOrNull(objects.map((object) => share(object)?.reference)),
  }
}
