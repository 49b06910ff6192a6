import { distanceMetric } from '../distance-metric.ts'
import { prdcOfRows } from './prdc-of-rows.ts'
import { precisionRecipes, type PrdcRecipe } from './prdc-recipe.ts'
import { prdcShares } from './prdc-shares.ts'

/** The share of generated rows that lie among the reference’s: in the ball of any of them. */
export const precisionSpec = distanceMetric<PrdcRecipe>(
  {
    id: 'precision',
    title: 'Precision',
    label: { short: 'Precision', long: 'Precision of features', decimals: 3 },
    group: 'prdc',
    better: 'higher',
    range: [0, 1],
    version: 1,
    sees: 'What share of the generated rows looks like some of the reference.',
    misses: 'How much of the reference is there at all; one outlier of the reference with a wide ball lets in much.',
    defaultRecipe: 'clovaai',
    recipes: precisionRecipes,
    matches: 'prdc of clovaai/generative-evaluation-prdc',
    cite: 'Kynkäänniemi et al., Improved precision and recall metric for assessing generative models, NeurIPS 2019',
  },
  prdcOfRows(prdcShares.precision),
)
