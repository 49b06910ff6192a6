import { MetricError } from './metric-error.ts'
import type { MetricInfo } from './metric-spec.ts'

/**
 * The recipe named `id` of a metric, or its default recipe when no name is given.
 *
 * @throws MetricError `unknown-recipe`, listing the names that exist.
 */
export function findRecipe<M extends MetricInfo>(metric: M, id: string = metric.defaultRecipe): M['recipes'][number] {
  const recipe: M['recipes'][number] | undefined = metric.recipes.find((candidate) => candidate.id === id)
  if (recipe === undefined) {
    const names = metric.recipes.map((candidate) => candidate.id).join(', ')
    throw new MetricError('unknown-recipe', metric.id, `expected one of the recipes ${names}; found '${id}'`)
  }
  return recipe
}
