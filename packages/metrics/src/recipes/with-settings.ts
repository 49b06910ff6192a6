import type { ChosenValue } from './choosable-setting.ts'
import type { RecipeInfo } from './recipe.ts'

/**
 * The recipe with settings other than its defaults, under a name that says so (`y-basicsr+crop-4`): wherever a recipe's name goes (journals, records, shards,
 * threads), its settings go along, and `findRecipe` makes the recipe of the name again. The recipe itself where all are at their defaults.
 *
 * @param recipe as the metric lists it
 * @param values by name; each a value that the setting may have
 */
export function withSettings<R extends RecipeInfo>(recipe: R, values: ReadonlyMap<string, ChosenValue>): R {
  const chosen = (recipe.choosable ?? []).flatMap((setting): [string, ChosenValue][] => {
    const value = values.get(setting.name) ?? setting.default
    return value === setting.default ? [] : [[setting.name, value]]
  })
  if (chosen.length === 0) return recipe
  const own = Object.fromEntries(chosen)
  return {
    ...recipe,
    ...own,
    id: [recipe.id, ...chosen.map(([name, value]) => `${name}-${value}`)].join('+'),
    settings: { ...recipe.settings, ...own },
  }
}
