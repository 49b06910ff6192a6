import { distanceMetric } from '../distance-metric.ts'
import { prdcOfRows } from './prdc-of-rows.ts'
import { densityRecipes, type PrdcRecipe } from './prdc-recipe.ts'
import { prdcShares } from './prdc-shares.ts'

/** How many of the reference’s balls a generated row lies in, over k. It may exceed 1. */
export const densitySpec = distanceMetric<PrdcRecipe>(
  {
    id: 'density',
    title: 'Density',
    label: { short: 'Density', long: 'Density of features', decimals: 3 },
    group: 'prdc',
    better: 'higher',
    range: [0, Number.POSITIVE_INFINITY],
    version: 1,
    sees: 'How densely the generated rows lie where the reference does; an outlier of it adds little.',
    misses: 'How much of the reference is there at all: rows in its middle alone exceed 1.',
    defaultRecipe: 'clovaai',
    recipes: densityRecipes,
    matches: 'prdc of clovaai/generative-evaluation-prdc',
    cite: 'Naeem et al., Reliable fidelity and diversity metrics for generative models, ICML 2020',
  },
  prdcOfRows(prdcShares.density),
)
