import { type Distance, requireRows } from '../../spec/distance.ts'
import { groupByClip } from '../../intervals/units/clip-groups.ts'
import { isGaussian } from '../../features/rows-or-gaussian.ts'
import { kernelSums } from './kernel-distance.ts'
import { kernelEvaluator, MOST_KERNEL_CLIPS } from './kernel-evaluator.ts'
import { kernelInfluence } from './kernel-influence.ts'
import type { KernelRecipe } from './kernel-recipe.ts'
import { kernelScore } from './kernel-score.ts'

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
    return clips > MOST_KERNEL_CLIPS ? undefined : kernelEvaluator(recipe, generated, reference)
  },
  exchangeEvaluator: async (where, recipe, stacked, reference) => {
    const rows = requireRows(reference, 'reference', where)
    if (recipe.estimator === 'centred') return 'the recipe centres each side, which an exchange changes'
    const clips = Math.max(groupByClip(stacked).ids.length, groupByClip(rows).ids.length)
    if (clips > MOST_KERNEL_CLIPS)
      return `${clips} clips are more than the ${MOST_KERNEL_CLIPS} whose pairs can be held`
    return kernelEvaluator(recipe, stacked, rows)
  },
  influences: async (recipe, generated, reference) =>
    kernelInfluence(await kernelSums(generated, requireRows(reference, 'reference', recipe.id)), recipe.scale),
}
