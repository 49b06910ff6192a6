import { isGaussian, type RowsOrGaussian } from '../features/rows-or-gaussian.ts'
import { metricError } from '../recipes/metric-error.ts'
import type { FeatureRows } from '../features/feature-rows.ts'
import type { ClipEvaluator } from '../intervals/clip-evaluator.ts'
import { groupByClip, sameClips } from '../intervals/units/clip-groups.ts'
import { evaluationsToLeaveOut, leaveOut, type UnitEffects } from '../intervals/jackknife.ts'
import type { Distance, DistanceRecipe, RowInfluences } from '../spec/distance.ts'

/** Seconds of a machine of 50 GFLOP/s that leaving out each unit may take, before influences stand in. */
const LEAVE_OUT_SECONDS = 30

export interface EffectsOptions {
  /** Both sides are of the same units; default: where their numbers are the same. */
  paired?: boolean | undefined
  /** Prepared before. */
  evaluator?: ClipEvaluator | undefined
  influences?: (() => Promise<RowInfluences>) | undefined
  /** Work that leaving out may take, in seconds of a machine of 50 GFLOP/s; default 30. */
  nominalSeconds?: number | undefined
  signal?: AbortSignal | undefined
}

/**
 * What each unit of a distance does to it: the distance without it, or its influence where leaving out each costs too much.
 *
 * @param generated rows with the unit of each (`clipOfRow`)
 * @param reference the same; statistics are fixed
 */
export async function unitEffects<R extends DistanceRecipe>(
  distance: Distance<R>,
  recipe: R,
  generated: FeatureRows,
  reference: RowsOrGaussian,
  { paired, nominalSeconds = LEAVE_OUT_SECONDS, signal, ...ready }: EffectsOptions = {},
): Promise<UnitEffects> {
  const same = !isGaussian(reference) && sameClips(groupByClip(generated), groupByClip(reference))
  const together = same && (paired ?? true)
  const evaluator = ready.evaluator ?? (await distance.evaluator(recipe, generated, reference))
  if (evaluator !== undefined) {
    const seconds = evaluationsToLeaveOut(evaluator, together) * evaluator.nominalSeconds
    if (evaluator.withoutEach !== undefined || seconds <= nominalSeconds) return leaveOut(evaluator, together, signal)
  }
  if (distance.influences === undefined)
    throw metricError('too-many', 'leaving out each clip', {
      expected: 'rows few enough to be left out in turn',
      found: `${generated.rows} rows`,
    })
  const influences = await (ready.influences?.() ?? distance.influences(recipe, generated, reference))
  return influenceEffects(influences, generated, reference, together)
}

function influenceEffects(
  { generated: psi, reference: psiReference, of }: RowInfluences,
  generated: FeatureRows,
  reference: RowsOrGaussian,
  together: boolean,
): UnitEffects {
  const method = of === undefined ? 'jackknife-influence' : (`jackknife-influence-of-${of}` as const)
  const own = unitSums(psi, generated)
  if (isGaussian(reference) || psiReference === undefined)
    return { method, generated: own, reference: undefined, sides: 'generated side' }
  const theirs = unitSums(psiReference, reference)
  return together
    ? {
        method,
        generated: own.map((sum, g) => sum + theirs[g]),
        reference: undefined,
        sides: 'both sides together',
      }
    : { method, generated: own, reference: theirs, sides: 'each side in turn' }
}

/** Σ of the rows' influences of each unit, over all rows. */
function unitSums(influence: Float64Array, features: FeatureRows): Float64Array {
  const { ids, groupOfRow } = groupByClip(features)
  const sums = new Float64Array(ids.length)
  for (let i = 0; i < features.rows; i++) sums[groupOfRow[i]] += influence[i] / features.rows
  return sums
}
