import { distanceMetric } from '../distance-metric.ts'
import { prdcOfRows } from './prdc-of-rows.ts'
import { densityRecipes, type PrdcRecipe } from './prdc-recipe.ts'
import { prdcShares } from './prdc-shares.ts'

/** The share of the reference’s rows with a generated row in their ball. */
export const coverageSpec = distanceMetric<PrdcRecipe>(
  {
    id: 'coverage',
    title: 'Coverage',
    label: { short: 'Coverage', long: 'Coverage of features', decimals: 3 },
    group: 'prdc',
    better: 'higher',
    range: [0, 1],
    version: 1,
    sees: 'What share of the reference has a generated row near by.',
    misses: 'Generated rows far from all of the reference.',
    defaultRecipe: 'clovaai',
    recipes: densityRecipes,
    matches: 'prdc of clovaai/generative-evaluation-prdc',
    cite: 'Naeem et al., Reliable fidelity and diversity metrics for generative models, ICML 2020',
  },
  prdcOfRows(prdcShares.coverage),
)
