import type { Distance } from '../../spec/distance.ts'
import { isGaussian } from '../../features/rows-or-gaussian.ts'
import { frechetEvaluator } from './frechet-evaluator.ts'
import { frechetInfluence } from './frechet-gradient.ts'
import type { FrechetRecipe } from './frechet-recipe.ts'
import { frechetScore, withDivisor } from './frechet-score.ts'

/** Fréchet distances of rows, or of Gaussians already estimated. */
export const frechetOfRows: Distance<FrechetRecipe> = {
  extrapolates: true,
  statistics: (recipe, statistics, where) => withDivisor(statistics, recipe.ddof, where),
  value: (where, recipe, generated, reference) => frechetScore(where, recipe, generated, reference),
  evaluator: (recipe, generated, reference) => frechetEvaluator(recipe, generated, reference, true),
  exchangeEvaluator: (_, recipe, stacked, reference) => frechetEvaluator(recipe, stacked, reference, false, 0.5),
  influences: async (recipe, generated, reference) => ({
    generated: await frechetInfluence(recipe, generated, reference),
    reference: isGaussian(reference) ? undefined : await frechetInfluence(recipe, reference, generated),
  }),
}
