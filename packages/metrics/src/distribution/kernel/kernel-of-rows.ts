import { type Distance, requireRows } from '../../spec/distance.ts'
import { groupByClip } from '../../intervals/clip-groups.ts'
import { isGaussian } from '../../features/rows-or-gaussian.ts'
import { metricError } from '../../recipes/metric-error.ts'
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
  pairedEvaluator: async (where, recipe, stacked, reference) => {
    const rows = requireRows(reference, 'reference', where)
    if (recipe.estimator !== 'centred') return kernelEvaluator(recipe, stacked, rows)
    throw metricError('bad-option', where, {
      expected: 'a recipe that does not centre each side',
      found: `'${recipe.id}'`,
    })
  },
  influences: async (recipe, generated, reference) =>
    kernelInfluence(await kernelSums(generated, requireRows(reference, 'reference', recipe.id)), recipe.scale),
}
