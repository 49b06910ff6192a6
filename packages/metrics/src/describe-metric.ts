import { findRecipe } from './recipes/find-recipe.ts'
import type { MetricSpec } from './spec/metric-spec.ts'

/** A metric as JSON: all that its spec says, without what computes. Bounds of the range that are infinite are null. */
export function describeMetric(metric: MetricSpec) {
  const { id, title, label, unit, better, range, per, aligned, version, sees, misses, defaultRecipe, matches, cite } =
    metric
  return {
    id,
    title,
    label,
    unit,
    better,
    range: range.map((bound) => (Number.isFinite(bound) ? bound : null)),
    per,
    aligned,
    sees,
    misses,
    needs: metric.needs(findRecipe(metric)).kind,
    version,
    defaultRecipe,
    recipes: metric.recipes.map((recipe) => ({
      id: recipe.id,
      summary: recipe.summary,
      settings: recipe.settings,
      ...(recipe.choosable === undefined ? {} : { choosable: recipe.choosable }),
    })),
    matches,
    cite,
  }
}
