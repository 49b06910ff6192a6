import type { Score } from '@kinemetric/records'
import { isError } from '@kinemetric/files'
import { signature } from '../recipes/signature.ts'
import type { DistanceMetric, DistanceRecipe } from '../spec/distance.ts'
import type { MeasuredSet } from '../spec/measured-set.ts'
import type { Concluding } from '../spec/metric-spec.ts'
import { labelOf } from '../spec/label-of.ts'
import { scoreDistance } from './score-distance.ts'
import { unitRows } from './unit-rows.ts'

/** How many of the most influential clips a record names. */
const INFLUENTIAL = 10

/**
 * The score of a distance with interval, extrapolation and influential clips. A set that the metric refuses (one clip, too few rows for its subsets)
 * has no value and says why.
 */
export async function concludeRows<R extends DistanceRecipe>(
  metric: DistanceMetric<R>,
  set: MeasuredSet,
  recipe: R,
  { shown, extra, bootstrap, seeds, valueAlone = false, onCost }: Concluding,
): Promise<Score> {
  const generated = await set.rows('generated')
  const reference = await set.rows('reference')
  try {
    const score = await scoreDistance(metric, generated, reference, {
      recipe: recipe.id,
      ...(valueAlone
        ? { interval: false, floor: false, extrapolation: false, influential: 0 }
        : {
            interval: { seed: seeds.bootstrap, level: bootstrap.level, paired: true },
            influential: INFLUENTIAL,
          }),
      clipNames: generated.clips,
      byUnit: { generated: unitRows(generated, set.clips), reference: unitRows(reference, set.clips) },
      extra,
      onCost,
    })
    return { ...score, recipe: shown }
  } catch (error) {
    if (!isError(error, 'unfit')) throw error
    const { id, unit, better } = metric
    return {
      metric: id,
      recipe: shown,
      value: null,
      label: labelOf(metric),
      unit,
      better,
      n: generated.rows,
      interval: null,
      signature: signature(metric, recipe.id, extra),
      warnings: [error.message],
    }
  }
}
