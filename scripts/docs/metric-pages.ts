import { describeMetric, metricCatalogue, signature } from '@kinemetric/metrics'
import type { MetricPage } from '../../packages/report/site/src/docs/docs-model.ts'

const valueOf = { frame: 'a frame', clip: 'a clip', set: 'all clips together' } as const

/** A page for every metric, with every recipe and what its scores are signed with. */
export function metricPages(): MetricPage[] {
  return metricCatalogue.map((metric) => {
    const { id, title, sees, misses, unit, better, range, per, aligned, needs, defaultRecipe, matches, cite, recipes } =
      describeMetric(metric)
    const [low, high] = range.map((bound, at) => bound ?? (at === 0 ? '−∞' : '∞'))
    return {
      path: `metrics/${id}.html`,
      id,
      title,
      sees,
      misses,
      facts: [
        {
          name: 'Direction, unit',
          value: `${better === 'higher' ? 'more' : 'less'} is better; ${unit || 'a pure number'}`,
        },
        { name: 'Range', value: `${low} to ${high}, of ${valueOf[per]}` },
        { name: 'Needs', value: `${needs}${aligned ? '; frames of both sides belong together' : ''}` },
        { name: 'Agrees with', value: matches },
        { name: 'Paper', value: cite },
      ],
      recipes: metric.recipes.map((recipe, at) => ({
        id: recipe.id,
        isDefault: recipe.id === defaultRecipe,
        summary: recipes[at].summary,
        asked: `${id}:${recipe.id}`,
        signature: signature(metric, recipe.id),
        settings: Object.entries(recipes[at].settings).map(([name, value]) => ({ name, value: String(value) })),
      })),
    }
  })
}
