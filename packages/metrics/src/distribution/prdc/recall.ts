import { distanceMetric } from '../distance-metric.ts'
import { prdcOfRows } from './prdc-of-rows.ts'
import { precisionRecipes, type PrdcRecipe } from './prdc-recipe.ts'
import { prdcShares } from './prdc-shares.ts'

/** The share of the reference’s rows that lie among the generated ones: in the ball of any of them. */
export const recallSpec = distanceMetric<PrdcRecipe>(
  {
    id: 'recall',
    title: 'Recall',
    label: { short: 'Recall', long: 'Recall of features', decimals: 3 },
    group: 'prdc',
    better: 'higher',
    range: [0, 1],
    version: 1,
    sees: 'What share of the reference the generated rows come near to.',
    misses: 'Whether the generated rows are good: far ones with wide balls raise it.',
    defaultRecipe: 'clovaai',
    recipes: precisionRecipes,
    matches: 'prdc of clovaai/generative-evaluation-prdc',
    cite: 'Kynkäänniemi et al., Improved precision and recall metric for assessing generative models, NeurIPS 2019',
  },
  prdcOfRows(prdcShares.recall),
)
