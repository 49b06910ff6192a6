import { type Distance, requireRows, type RowInfluences } from '../../spec/distance.ts'
import { groupByClip } from '../../intervals/units/clip-groups.ts'
import { isGaussian } from '../../features/rows-or-gaussian.ts'
import { kernelCost, takesMinutes } from './kernel-cost.ts'
import { kernelEvaluator, MOST_KERNEL_CLIPS } from './kernel-evaluator.ts'
import { isDrawn, type KernelRecipe } from './kernel-recipe.ts'
import { kernelScore } from './kernel-score.ts'
import { knownSubsets, pairInfluences } from './known-sums.ts'

/** Kernel distances of rows: every pair counts, so that statistics will not do. */
export const kernelOfRows: Distance<KernelRecipe> = {
  extrapolates: false,
  value: (where, recipe, generated, reference, options) =>
    kernelScore(
      where,
      recipe,
      requireRows(generated, 'generated side', where),
      requireRows(reference, 'reference side', where),
      options,
    ),
  evaluator: async (recipe, generated, reference) => {
    if (isGaussian(reference)) return undefined
    const clips = Math.max(groupByClip(generated).ids.length, groupByClip(reference).ids.length)
    // Who draws subsets has not asked for all pairs.
    const unasked = isDrawn(recipe) && takesMinutes(generated, reference)
    return clips > MOST_KERNEL_CLIPS || unasked ? undefined : kernelEvaluator(recipe, generated, reference)
  },
  exchangeEvaluator: async (where, recipe, stacked, reference) => {
    const rows = requireRows(reference, 'reference', where)
    if (recipe.estimator === 'centred') return 'the recipe centres each side, which an exchange changes'
    const clips = Math.max(groupByClip(stacked).ids.length, groupByClip(rows).ids.length)
    if (clips > MOST_KERNEL_CLIPS)
      return `${clips} clips are more than the ${MOST_KERNEL_CLIPS} whose pairs can be held`
    if (isDrawn(recipe) && takesMinutes(stacked, rows)) return 'the pairs of all rows would take minutes'
    return kernelEvaluator(recipe, stacked, rows)
  },
  cost: kernelCost,
  influences: async (recipe, generated, reference) => {
    const rows = requireRows(reference, 'reference', recipe.id)
    if (!isDrawn(recipe) || !takesMinutes(generated, rows)) return pairInfluences(recipe, generated, rows)
    const size = Math.min(recipe.subsetSize, generated.rows, rows.rows)
    const { influences } = await knownSubsets(recipe, generated, rows, size)
    return scaled(influences, recipe.scale)
  },
}

function scaled({ generated, reference, ...how }: RowInfluences, scale: number): RowInfluences {
  return {
    ...how,
    generated: generated.map((value) => value * scale),
    reference: reference?.map((value) => value * scale),
  }
}
