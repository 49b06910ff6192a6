import type { GatedMetric } from '@kinemetric/records'
import type { RuleValues } from './rules/evaluate-rule.ts'

/**
 * What rules may ask for: each score of the candidate as `metric:recipe`, and as `metric` where the records have one recipe of it; the baseline's behind
 * `baseline.`. Values are over the clips that both have, as the gate prints them.
 */
export function ruleValues(metrics: readonly GatedMetric[]): RuleValues {
  const values = new Map<string, number | string>()
  const recipes = new Map<string, number>()
  for (const { metric } of metrics) recipes.set(metric, (recipes.get(metric) ?? 0) + 1)
  for (const row of metrics) {
    const full = `${row.metric}:${row.recipe}`
    const several = (recipes.get(row.metric) ?? 0) > 1
    const lost = row.lost.length > 0 ? `the candidate has no value on ${row.lost.length} of its clips` : undefined
    for (const [before, value] of [
      ['', lost ?? row.candidate],
      ['baseline.', row.baseline],
    ] as const) {
      const known = value ?? row.reason ?? 'it could not be compared'
      values.set(`${before}${full}`, known)
      values.set(
        `${before}${row.metric}`,
        several ? `there are several recipes of it: write ${row.metric}:<recipe>, as ${full}` : known,
      )
    }
  }
  return values
}
