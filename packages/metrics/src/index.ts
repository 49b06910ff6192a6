// What a metric is
export type { MetricInfo, RecipeInfo } from './metric-info.ts'
export { MetricError, type MetricErrorCode } from './metric-error.ts'
export type { Interval, Score } from './score.ts'
export { metricCatalogue } from './catalogue.ts'
export { findRecipe } from './find-recipe.ts'
export { parseSignature, signature, type SignatureValue } from './signature.ts'
export { seededRandom, type SeededRandom } from './seeded-random.ts'

// Image metrics
export { pooledPsnr, psnr, psnrInfo, type PsnrRecipe } from './psnr.ts'

// Distribution metrics

// Motion metrics
