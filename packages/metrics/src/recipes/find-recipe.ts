import { didYouMean } from '@kinemetric/files'
import { metricError } from './metric-error.ts'
import type { RecipeInfo, RecipeOwner } from './recipe.ts'

/**
 * The recipe named `id` of a metric, or its default recipe when no name is given.
 *
 * @throws KinemetricError `unknown-recipe`, listing the names that exist
 */
export function findRecipe<R extends RecipeInfo>(metric: RecipeOwner<R>, id: string = metric.defaultRecipe): R {
  const recipe = metric.recipes.find((candidate) => candidate.id === id)
  if (recipe !== undefined) return recipe
  const names = metric.recipes.map((candidate) => candidate.id)
  throw metricError('unknown-recipe', metric.id, {
    expected: `one of the recipes ${names.join(', ')}`,
    found: `'${id}'`,
    then: didYouMean(id, names),
  })
}
