import { isGaussian } from '../../features/rows-or-gaussian.ts'
import type { Distance } from '../../spec/distance.ts'
import { requireRows } from '../../spec/distance.ts'
import { distanceMetric } from '../distance-metric.ts'
import { jediEvaluator, MOST_JEDI_CLIPS } from './jedi-evaluator.ts'
import { jediInfluences } from './jedi-influences.ts'
import { type JediRecipe, jediRecipes } from './jedi-recipe.ts'
import { jediScore } from './jedi-score.ts'

/** JEDi of rows of any features, or of statistics, which hold all that its kernel sees. */
const jediOfRows: Distance<JediRecipe> = {
  extrapolates: true,
  anyFeatures: true,
  statistics: (_, statistics) => statistics,
  value: (where, recipe, generated, reference) => jediScore(where, recipe, generated, reference),
  evaluator: async (recipe, generated, reference) =>
    isGaussian(reference) ? undefined : jediEvaluator(recipe, generated, reference),
  exchangeEvaluator: async (where, recipe, stacked, reference) =>
    (await jediEvaluator(recipe, stacked, requireRows(reference, 'reference', where))) ??
    `more clips than the ${MOST_JEDI_CLIPS} whose pairs can be held`,
  influences: (_, generated, reference) => jediInfluences(generated, reference),
}

/** How far two sets of clips are apart in what V-JEPA’s pooled rows have as second moments. */
export const jediSpec = distanceMetric<JediRecipe>(
  {
    id: 'jedi',
    title: 'JEPA embedding distance (JEDi)',
    label: { short: 'JEDi', long: 'JEPA embedding distance', decimals: 3 },
    range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    version: 1,
    sees: 'Whether clips look and move, as a set, like clips of the reference, by a network that was trained without labels to predict video.',
    misses: 'Which clip belongs to which reference, and everything of the rows but their second moments.',
    defaultRecipe: 'package',
    recipes: jediRecipes,
    matches: 'JEDiMetric of videojedi 0.1.2 (mmd_poly, degree 2, coef0 0, times 100), in float64',
    cite: 'Luo et al., Beyond FVD: Enhanced Evaluation Metrics for Video Generation Quality, ICLR 2025',
  },
  jediOfRows,
)
