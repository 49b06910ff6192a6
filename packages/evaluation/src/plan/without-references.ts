import { benchmarkError } from '@kinemetric/benchmark'
import { metricCatalogue, needsReference } from '@kinemetric/metrics'
import type { MetricPlan } from './metric-plan.ts'

/**
 * A plan without the metrics that need a reference, where there is none: of `all` they are left out and told.
 * @throws KinemetricError `bad-option` where they were asked for, or where nothing is left
 */
export function withoutPairs(plan: MetricPlan, asked: 'default' | 'all' | readonly string[] | undefined): MetricPlan {
  const pairs = plan.needs.filter(({ need }) => needsReference(need))
  if (pairs.length === 0) return plan
  const ids = [...new Set(pairs.flatMap(({ metrics }) => metrics.map(({ metric }) => metric.id)))]
  const needs = plan.needs.filter((need) => !pairs.includes(need))
  if (asked === 'all' && needs.length > 0)
    return { needs, warnings: [...plan.warnings, `${ids.join(', ')} left out: there are no references`] }
  const alone = metricCatalogue.filter((metric) =>
    metric.recipes.every((recipe) => !needsReference(metric.needs(recipe))),
  )
  throw benchmarkError('bad-option', 'reference', {
    expected: `a manifest or a folder of references, which ${ids.join(', ')} ${ids.length === 1 ? 'needs' : 'need'}`,
    found: 'none',
    then: `without references there are ${alone.map(({ id }) => id).join(', ')}, asked for by name`,
  })
}

/** @throws KinemetricError `bad-option` where levels of chance are asked for: unrelated videos are held against references */
export function requireNoLevels({ unrelated = 0 }: { unrelated?: number | undefined }): void {
  if (unrelated < 1) return
  throw benchmarkError('bad-option', 'unrelated', {
    expected: 'references, which tell what unrelated videos get',
    found: 'none',
  })
}
