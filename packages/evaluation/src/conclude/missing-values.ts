import type { Score } from '@kinemetric/records'
import type { ConcludedReferences } from '../references/reference-clips.ts'
import type { ClipMeasurements, ClipOutcome } from '../journal/measurement.ts'
import { type MetricName, metricKey } from '../plan/metric-name.ts'
import type { Measured } from './conclude.ts'
import { byClip } from './conditions.ts'
import { definedValues, measuredClip, noUnits } from './measured-sets.ts'

/**
 * The scores with a count, by reason, of the clips that have no value: none is put in for them. A clip that failed counts under its failure's reason, one
 * without anything to score (no object of enough pixels, nothing that a probe asks about) as `skipped`, one whose value does not exist (NaN) as `undefined`.
 */
export function withMissing(
  scores: readonly Score[],
  { names }: Pick<Measured, 'names'>,
  outcomes: Iterable<ClipOutcome>,
  references: Pick<ConcludedReferences, 'failures'>,
): Score[] {
  const counts = new Map(names.map((name) => [name, new Map<string, number>()]))
  const count = (name: MetricName, reason: string) => {
    const own = counts.get(name)
    own?.set(reason, (own.get(reason) ?? 0) + 1)
  }
  for (const samples of byClip(outcomes))
    for (const name of names) {
      const reason = missingReason(name, samples)
      if (reason !== undefined) count(name, reason)
    }
  for (const { reason } of references.failures) for (const name of names) count(name, reason)
  return scores.map((score) => {
    const name = names.find(({ metric, shown }) => metric.id === score.metric && shown === score.recipe)
    const own = name === undefined ? undefined : counts.get(name)
    if (own === undefined || own.size === 0) return score
    const missing = Object.fromEntries([...own].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    return { ...score, details: { ...score.details, missing } }
  })
}

/** Why a clip has no value of a metric; undefined where any of its samples has one. */
function missingReason(name: MetricName, samples: readonly ClipOutcome[]): string | undefined {
  const reasons = samples.map((outcome) =>
    'failure' in outcome ? outcome.failure.reason : measuredReason(name, outcome),
  )
  return reasons.includes(undefined) ? undefined : reasons[0]
}

function measuredReason(name: MetricName, outcome: ClipMeasurements): string | undefined {
  const { metric, recipe, needKey } = name
  const { values, kept, objects, failures } = outcome
  if (metric.per === 'set' ? kept[needKey] !== undefined : definedValues(values[metricKey(name)]?.values ?? []))
    return undefined
  const tracked = objects[needKey]
  if (tracked !== undefined && tracked.every(({ skipped }) => skipped !== null)) return 'skipped'
  if (metric.weigh?.(measuredClip(name, outcome, noUnits), recipe) === 0) return 'skipped'
  const [failure] = failures
  return failure === undefined ? 'undefined' : failure.reason
}
