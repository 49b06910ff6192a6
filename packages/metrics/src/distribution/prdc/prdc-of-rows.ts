import { isGaussian } from '../../features/rows-or-gaussian.ts'
import { type Distance, requireRows } from '../../spec/distance.ts'
import { pairCost } from '../kernel/kernel-cost.ts'
import { areKnown, knownBalls } from './known-balls.ts'
import { prdcEvaluator } from './prdc-evaluator.ts'
import type { PrdcRecipe } from './prdc-recipe.ts'
import { prdcScore } from './prdc-score.ts'
import type { PrdcShare } from './prdc-shares.ts'

/** One of the four numbers, of rows of any features. */
export function prdcOfRows(share: PrdcShare): Distance<PrdcRecipe> {
  return {
    extrapolates: false,
    anyFeatures: true,
    onlyNamed: true,
    noFloor: 'half as many rows have wider balls: halves of the reference say nothing of a whole one',
    value: (where, recipe, generated, reference, options) =>
      prdcScore(
        where,
        share,
        recipe,
        requireRows(generated, 'generated side', where),
        requireRows(reference, 'reference side', where),
        options,
      ),
    evaluator: async (recipe, generated, reference) =>
      isGaussian(reference)
        ? undefined
        : prdcEvaluator(share, recipe.k, await knownBalls(recipe, generated, reference)),
    exchangeEvaluator: () =>
      Promise.resolve('every exchange draws all balls anew, and two methods’ rows of one clip lie in each other’s'),
    cost: async (recipe, generated, reference) => {
      if (areKnown(recipe, generated, reference)) return { seconds: 0, of: 'nothing that is not known' }
      return pairCost(generated, reference)
    },
  }
}
