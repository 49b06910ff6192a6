import type { Score } from '@kinemetric/records'
import type { ConcludedReferences } from '../clips/reference-clips.ts'
import type { ClipMeasurements, ClipOutcome } from '../journal/measurement.ts'
import { type MetricName, metricKey } from '../plan/metric-name.ts'
import type { Measured } from './conclude.ts'
import { definedValues, measuredClip } from './measured-sets.ts'

/**
 * The scores with a count, by reason, of the clips that have no value: none is put in for them. A clip that failed counts under its failure's reason, one
 * without anything to score (no object of enough pixels, nothing that a probe asks about) as `skipped`, one whose value does not exist (NaN) as `undefined`.
 */
export function withMissing(
  scores: readonly Score[],
  { names }: Pick<Measured, 'names'>,
  outcomes: readonly ClipOutcome[],
  references: Pick<ConcludedReferences, 'failures'>,
): Score[] {
  const clips = [...Map.groupBy(outcomes, ({ clip }) => clip).values()]
  return scores.map((score) => {
    const name = names.find(({ metric, shown }) => metric.id === score.metric && shown === score.recipe)
    if (name === undefined) return score
    const reasons = [
      ...clips.flatMap((samples) => missingReason(name, samples) ?? []),
      ...references.failures.map(({ reason }) => reason),
    ]
    if (reasons.length === 0) return score
    const missing = Object.fromEntries(
      [...Map.groupBy(reasons, (reason) => reason)]
        .map(([reason, all]): [string, number] => [reason, all.length])
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    )
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
  if (metric.weigh?.(measuredClip(name, outcome, new Map()), recipe) === 0) return 'skipped'
  const [failure] = failures
  return failure === undefined ? 'undefined' : failure.reason
}
