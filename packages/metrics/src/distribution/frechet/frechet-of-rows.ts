import type { Distance } from '../../spec/distance.ts'
import { frechetEvaluator } from './frechet-evaluator.ts'
import { frechetInfluences } from './frechet-gradient.ts'
import type { FrechetRecipe } from './frechet-recipe.ts'
import { frechetScore } from './frechet-score.ts'
import { withDivisor } from './factor-side.ts'

/** Fréchet distances of rows, or of Gaussians already estimated. */
export const frechetOfRows: Distance<FrechetRecipe> = {
  extrapolates: true,
  statistics: (recipe, statistics, where) => withDivisor(statistics, recipe.ddof, where),
  value: (where, recipe, generated, reference) => frechetScore(where, recipe, generated, reference),
  evaluator: (recipe, generated, reference) => frechetEvaluator(recipe, generated, reference, true),
  exchangeEvaluator: (_, recipe, stacked, reference) => frechetEvaluator(recipe, stacked, reference, false, 0.5),
  influences: frechetInfluences,
}
