import { isError } from '@kinemetric/files'
import { findMetric, findRecipe, type MetricSpec, type RecipeInfo } from '@kinemetric/metrics'
import type { Score } from '@kinemetric/records'

/**
 * What made a score: its metric and the catalogue's recipe; no recipe where a rule for samples stands behind it (`+best-of-5`). Undefined where this version
 * does not have the metric: records outlive it.
 */
export function metricOfScore({
  metric: id,
  recipe: shown,
}: Score): { metric: MetricSpec; recipe: RecipeInfo | undefined } | undefined {
  const metric = known(() => findMetric(id))
  // A motion score's recipe ends in the tracker behind it.
  const [recipe = ''] = shown.split('/tracker:')
  return metric && { metric, recipe: known(() => findRecipe(metric, recipe)) }
}

function known<T>(find: () => T): T | undefined {
  try {
    return find()
  } catch (error) {
    if (isError(error, 'input')) return undefined
    throw error
  }
}
