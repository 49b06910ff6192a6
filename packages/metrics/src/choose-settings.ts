import { didYouMean } from '@kinemetric/files'
import { findMetric } from './find-metric.ts'
import { parseSettingValue } from './recipes/choosable-setting.ts'
import { settingsOfName, splitEncoder } from './recipes/find-recipe.ts'
import { metricError } from './recipes/metric-error.ts'
import type { RecipeInfo, RecipeOwner } from './recipes/recipe.ts'
import { withSettings } from './recipes/with-settings.ts'

/** A setting that was asked for: `psnr.crop=4`. */
export interface ChosenSetting {
  metric: string
  setting: string
  value: string
}

/**
 * Reads `<metric>.<setting>=<value>`.
 * @throws KinemetricError `unknown-metric`; `bad-option` for a setting that no recipe of the metric has and for a value that none of them takes, with those there are
 */
export function parseSetting(text: string): ChosenSetting {
  const [, id, setting, value] = /^([^.=]+)\.([^.=]+)=(.*)$/s.exec(text.trim()) ?? []
  if (id === undefined || setting === undefined || value === undefined)
    throw metricError('bad-option', 'settings', {
      expected: '<metric>.<setting>=<value>, as psnr.crop=4',
      found: `'${text}'`,
    })
  const metric = findMetric(id)
  const known = metric.recipes.flatMap(({ choosable = [] }) => choosable)
  const takers = known.filter(({ name }) => name === setting)
  if (takers.length === 0) {
    const names = [...new Set(known.map(({ name }) => name))]
    throw metricError('bad-option', `${id}.${setting}`, {
      expected:
        names.length === 0 ? `no setting, for ${id} has none to choose` : `a setting of ${id}: ${names.join(', ')}`,
      found: `'${setting}'`,
      then: didYouMean(setting, names),
    })
  }
  const errors = takers.flatMap((taker) => {
    try {
      parseSettingValue(taker, value, `${id}.${setting}`)
      return []
    } catch (error) {
      return [error]
    }
  })
  if (errors.length === takers.length) throw errors[0]
  return { metric: id, setting, value }
}

/**
 * Metrics under recipes with the settings that were asked for: each goes to every recipe of its metric that has it.
 *
 * @param texts `psnr.crop=4`
 * @returns the same choices in the same order, with recipes of other names where a setting differs from its default
 * @throws KinemetricError `bad-option` for a metric or a setting that none of the choices has, for a setting that is given twice, and as `parseSetting`
 */
export function chooseSettings<C extends { metric: RecipeOwner; recipe: RecipeInfo }>(
  choices: readonly C[],
  texts: readonly string[],
): C[] {
  const chosen = texts.map(parseSetting)
  for (const [at, { metric, setting }] of chosen.entries()) requireTaker(choices, chosen, at, `${metric}.${setting}`)
  return choices.map((choice) => {
    const { metric } = choice
    const { name: named, encoder } = splitEncoder(choice.recipe.id)
    const [listed = choice.recipe, values] = settingsOfName(metric, named)
    for (const each of chosen) {
      const setting = listed.choosable?.find(({ name }) => name === each.setting)
      if (each.metric !== metric.id || setting === undefined) continue
      values.set(setting.name, parseSettingValue(setting, each.value, `${metric.id}.${setting.name}`))
    }
    const recipe = withSettings(listed, values)
    return { ...choice, recipe: encoder === undefined ? recipe : (metric.ofEncoder?.(recipe, encoder) ?? recipe) }
  })
}

function requireTaker(
  choices: readonly { metric: RecipeOwner; recipe: RecipeInfo }[],
  chosen: readonly ChosenSetting[],
  at: number,
  where: string,
): void {
  const { metric: id, setting } = chosen[at]
  const before = chosen.slice(0, at).find((each) => each.metric === id && each.setting === setting)
  if (before !== undefined)
    throw metricError('bad-option', where, {
      expected: 'one value',
      found: `${before.value} and ${chosen[at].value}`,
      then: `both are had by naming the recipes: ${id}:<recipe>+${setting}-${before.value},${id}:<recipe>+${setting}-${chosen[at].value}`,
    })
  const own = choices.filter(({ metric }) => metric.id === id)
  if (own.some(({ recipe }) => recipe.choosable?.some(({ name }) => name === setting))) return
  const having = findMetric(id).recipes.filter(({ choosable }) => choosable?.some(({ name }) => name === setting))
  throw metricError('bad-option', where, {
    expected: `a recipe that has it: ${having.map((recipe) => `${id}:${recipe.id}`).join(', ')}`,
    found:
      own.length === 0
        ? `only ${[...new Set(choices.map(({ metric }) => metric.id))].join(', ')}`
        : own.map(({ recipe }) => `${id}:${recipe.id}`).join(', '),
    then: `name it in --metrics or --recipe, as ${id}:${having[0]?.id}`,
  })
}
