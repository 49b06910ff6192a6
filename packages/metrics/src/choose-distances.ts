import { metricError } from './recipes/metric-error.ts'
import { findRecipe, requireEncoderName, splitEncoder } from './recipes/find-recipe.ts'
import { chooseSettings } from './choose-settings.ts'
import type { DistanceChoice } from './distribution/distance.ts'
import { distanceCatalogue } from './find-metric.ts'
import type { DistanceMetric, DistanceRecipe } from './spec/distance.ts'

/** The distances that can be told of two sets of statistics: those that need no pairs of rows. */
export function distancesOfStatistics(metrics: readonly DistanceMetric[] = distanceCatalogue): DistanceMetric[] {
  return metrics.filter(({ distance }) => distance.statistics !== undefined)
}

/** The distances of each dimension of features, by their default recipes, in the catalogue's order; without those that have to be named. */
export function distancesByDimension(): Map<number, DistanceMetric[]> {
  const unasked = distanceCatalogue.filter(({ distance }) => distance.onlyNamed !== true)
  return Map.groupBy(unasked, (metric) => findRecipe(metric).need.dimension)
}

/**
 * The distances that features of a dimension are for.
 * @param statistics whether a side is statistics and not rows
 * @throws KinemetricError `bad-option` for a dimension of no distance
 */
export function distancesOfDimension(dimension: number, statistics: boolean): DistanceMetric[] {
  const own = distancesByDimension().get(dimension)
  if (own !== undefined) return statistics ? distancesOfStatistics(own) : own
  const known = [...distancesByDimension().keys()].join(', ')
  throw metricError('bad-option', 'metrics', {
    expected: `them to be named for features of ${dimension} dimensions`,
    found: 'none',
    then: `only ${known} say by themselves what they are for`,
  })
}

/**
 * Each of these distances with the recipe that is asked for.
 * @param asked `stylegan-v` goes to every metric that has such a recipe, `fvd:stylegan-v` to that one
 * @param settings `kid.k=3` and the like, each for every recipe of that metric which has it
 * @param encoder whose rows they are, where it is none of ours
 * @throws KinemetricError `bad-option` for a metric that does not take such; `unknown-recipe` for one that none of them has; as `parseSetting` and `chooseSettings`
 */
export function chooseRecipes(
  metrics: readonly DistanceMetric[],
  asked: readonly string[],
  settings: readonly string[] = [],
  encoder?: string,
): DistanceChoice[] {
  const recipes = new Map<string, string>()
  for (const text of asked) {
    const [id, named] = text.includes(':') ? text.split(':', 2) : [undefined, text]
    const takers = metrics.filter((metric) =>
      id === undefined ? metric.recipes.some((recipe) => recipe.id === named) : metric.id === id,
    )
    if (takers.length === 0)
      throw metricError('unknown-recipe', 'recipe', {
        expected: `a recipe of ${metrics.map((metric) => metric.id).join(', ')}`,
        found: text,
      })
    for (const taker of takers) recipes.set(taker.id, named)
  }
  const choices = metrics.map((metric) => ({ metric, recipe: recipeOn(metric, recipes.get(metric.id), encoder) }))
  return chooseSettings(choices, settings).map(({ metric, recipe }) => {
    const isNamed = recipes.has(metric.id) || encoder !== undefined
    // A recipe that nobody named is told from one that somebody did, unless its settings make it another.
    return { metric, recipe: isNamed || recipe.id !== metric.defaultRecipe ? recipe.id : undefined, isNamed }
  })
}

function recipeOn(metric: DistanceMetric, id: string | undefined, encoder: string | undefined): DistanceRecipe {
  const recipe = findRecipe(metric, id)
  if (encoder === undefined || splitEncoder(recipe.id).encoder !== undefined) return recipe
  if (metric.ofEncoder !== undefined) return metric.ofEncoder(recipe, requireEncoderName(encoder, 'encoder'))
  const others = distanceCatalogue.filter((each) => each.ofEncoder !== undefined).map((each) => each.id)
  throw metricError('bad-option', 'encoder', {
    expected: `metrics of any encoder's features: ${others.join(', ')}`,
    found: `${metric.id}, which is of ${recipe.need.network}`,
  })
}
