import { didYouMean } from '@kinemetric/files'
import { type ChosenValue, parseSettingValue } from './choosable-setting.ts'
import { metricError } from './metric-error.ts'
import type { RecipeInfo, RecipeOwner } from './recipe.ts'
import { withSettings } from './with-settings.ts'

/**
 * The recipe named `id` of a metric, or its default recipe when no name is given. Settings that differ from the recipe's stand behind its name:
 * `y-basicsr+crop-4`; an encoder whose rows are given, behind these: `clovaai/of-dino-x`.
 *
 * @throws KinemetricError `unknown-recipe`, listing the names that exist; `bad-option` for a value that a setting cannot have
 */
export function findRecipe<R extends RecipeInfo>(metric: RecipeOwner<R>, id: string = metric.defaultRecipe): R {
  const recipe = metric.recipes.find((candidate) => candidate.id === id)
  if (recipe !== undefined) return recipe
  const { name, encoder } = splitEncoder(id)
  if (encoder !== undefined && metric.ofEncoder !== undefined)
    return metric.ofEncoder(findRecipe(metric, name), encoder)
  const [listed, settings] = settingsOfName(metric, id)
  if (listed !== undefined && settings.size > 0) return withSettings(listed, settings)
  const names = metric.recipes.map((candidate) => candidate.id)
  const [base] = name.split('+')
  const plain = metric.recipes.find((candidate) => candidate.id === base)
  if (plain !== undefined && base !== name)
    throw metricError('unknown-recipe', metric.id, {
      expected: `settings that the recipe ${base} has: ${plain.choosable?.map((each) => each.name).join(', ') || 'none'}`,
      found: `'${id}'`,
    })
  throw metricError('unknown-recipe', metric.id, {
    expected: `one of the recipes ${names.join(', ')}`,
    found: `'${id}'`,
    then: didYouMean(id, names),
  })
}

/** What an encoder may be called: it stands in recipes' names, signatures and files. */
const ENCODER = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

/** @throws KinemetricError `bad-option` for what no encoder can be called */
export function requireEncoderName(name: string, where: string): string {
  if (ENCODER.test(name)) return name
  throw metricError('bad-option', where, {
    expected: 'the name of an encoder, of letters, digits, dots, hyphens and underscores',
    found: `'${name}'`,
  })
}

/** A recipe's name without the encoder whose rows it is of, and that encoder: `clovaai/of-dino-x`. */
export function splitEncoder(id: string): { name: string; encoder: string | undefined } {
  const [name = '', encoder] = id.split(/\/of-(.*)/s)
  return encoder !== undefined && ENCODER.test(encoder) ? { name, encoder } : { name: id, encoder: undefined }
}

/** The recipe as the metric lists it, and the settings that stand behind its name; none where the name is no such. */
export function settingsOfName<R extends RecipeInfo>(
  metric: RecipeOwner<R>,
  id: string,
): [listed: R | undefined, settings: Map<string, ChosenValue>] {
  const [name, ...others] = id.split('+')
  const named = metric.recipes.find((candidate) => candidate.id === name)
  // Settings alone are the default recipe's: `inside-object+dilate-8`.
  const listed = named ?? metric.recipes.find((candidate) => candidate.id === metric.defaultRecipe)
  const parts = named === undefined ? [name, ...others] : others
  const settings = new Map<string, ChosenValue>()
  for (const part of parts) {
    const setting = listed?.choosable?.find((each) => part.startsWith(`${each.name}-`))
    if (setting === undefined || settings.has(setting.name)) return [undefined, new Map()]
    settings.set(setting.name, parseSettingValue(setting, part.slice(setting.name.length + 1), `${metric.id}:${id}`))
  }
  return [listed, settings]
}
