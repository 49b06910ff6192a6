import type { MeasuredCost } from '@kinemetric/networks'
import { networkCatalogue } from '@kinemetric/networks/catalogue'
import { findRecipe } from './recipes/find-recipe.ts'
import type { MetricSpec } from './spec/metric-spec.ts'
import { isTracked, type Need } from './spec/need.ts'

/** A network that a metric may run, as its card declares it. */
export interface NetworkOfMetric {
  id: string
  title: string
  /** The files that it is opened with, unless others are asked for. */
  weights: { id: string; bytes: number; licence: string }[]
  cost?: MeasuredCost | undefined
}

/** A metric as JSON: all that its spec says, without what computes. Bounds of the range that are infinite are null. */
export function describeMetric(metric: MetricSpec) {
  const { id, group, title, label, unit, better, range, per, aligned, version, sees, misses } = metric
  const { defaultRecipe, matches, cite, cost } = metric
  return {
    id,
    group,
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
    networks: networksOf(metric),
    ...(cost === undefined ? {} : { cost }),
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

/** The networks that the default recipe runs: one, or where whoever scores chooses a tracker any of those. */
function networksOf(metric: MetricSpec): NetworkOfMetric[] {
  const runs = networksRun(metric.needs(findRecipe(metric)))
  return networkCatalogue.filter(runs).map(({ id, title, weights, parts, cost }) => ({
    id,
    title,
    weights: weights
      .filter((weight) => Object.values(parts).includes(weight.id))
      .map((weight) => ({ id: weight.id, bytes: weight.bytes, licence: weight.licence })),
    ...(cost === undefined ? {} : { cost }),
  }))
}

function networksRun(need: Need): (card: { id: string; role: string }) => boolean {
  if (isTracked(need)) return ({ role }) => role === 'tracklets'
  const { ask } = need
  return ({ id }) => ask !== true && 'network' in ask && id === ask.network
}
