import { describeMetric, groupedMetrics, metricCatalogue, signature } from '@kinemetric/metrics'
import { takesText } from '../../packages/cli/src/commands/tools/takes-text.ts'
import type { MetricSpec } from '@kinemetric/metrics'
import type { MetricGroup } from '@kinemetric/records'
import type { MetricPage } from '../../packages/report/site/src/docs/docs-model.ts'

const valueOf = { frame: 'a frame', clip: 'a clip', set: 'all clips together' } as const

/** A page for every metric, with every recipe and what its scores are signed with. */
export function metricPages(): MetricPage[] {
  return groupedMetrics(metricCatalogue).flatMap(({ group, metrics }) =>
    metrics.map((metric) => metricPage(metric, group)),
  )
}

function metricPage(metric: MetricSpec, { id: groupId, title: groupTitle, question }: MetricGroup): MetricPage {
  const described = describeMetric(metric)
  const { id, title, sees, misses, unit, better, range, per, aligned, defaultRecipe, matches, cite, recipes } =
    described
  const [low, high] = range.map((bound, at) => bound ?? (at === 0 ? '−∞' : '∞'))
  return {
    path: `metrics/${id}.html`,
    id,
    title,
    group: { id: groupId, title: groupTitle, question },
    sees,
    misses,
    facts: [
      {
        name: 'Direction, unit',
        value: `${better === 'higher' ? 'more' : 'less'} is better; ${unit || 'a pure number'}`,
      },
      { name: 'Range', value: `${low} to ${high}, of ${valueOf[per]}` },
      { name: 'Question', value: `${question} (\`--metrics ${groupId}\`)` },
      {
        name: 'Takes',
        value: `${takesText(described).join(' ')}${aligned ? '; frames of both sides belong together' : ''}`,
      },
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
}
