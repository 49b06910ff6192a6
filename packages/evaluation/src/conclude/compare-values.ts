import { pairedBootstrap } from '@kinemetric/metrics'
import {
  clipValuesOf,
  type KinemetricRecord,
  type RecordComparison,
  type Score,
  type TableRow,
} from '@kinemetric/records'
import type { Protocol } from '@kinemetric/benchmark'

/** Another method's results under the same protocol. */
export interface OtherMethod {
  record: KinemetricRecord
  rows: readonly TableRow[]
}

export interface Comparisons {
  comparisons: RecordComparison[]
  warnings: string[]
}

/** The other method's score that one of ours can be held against, or in words why there is none. */
export function comparable(score: Score, other: KinemetricRecord): Score | string {
  const { id } = other.method
  const theirs = other.scores.find((item) => item.metric === score.metric && item.recipe === score.recipe)
  const label = `${score.metric} (${score.recipe})`
  if (theirs === undefined) return `not compared with ${id}: it has no ${label}`
  return theirs.signature === score.signature ? theirs : `not compared with ${id}: its ${label} has another signature`
}

/**
 * Paired tests, clip by clip, of metrics that have a value per clip. Scores with another signature are not compared but told.
 * @param scores those of these metrics
 * @param rows of this method's table
 */
export function compareValues(
  scores: readonly Score[],
  rows: readonly TableRow[],
  other: OtherMethod,
  protocol: Protocol,
): Comparisons {
  const result: Comparisons = { comparisons: [], warnings: [] }
  const { id, name } = other.record.method
  for (const score of scores) {
    const theirs = comparable(score, other.record)
    if (typeof theirs === 'string') {
      result.warnings.push(theirs)
      continue
    }
    const comparison = compareScore(score, clipValuesOf(rows, score), clipValuesOf(other.rows, score), protocol)
    if (typeof comparison === 'string')
      result.warnings.push(`${score.metric} (${score.recipe}) not compared with ${id}: ${comparison}`)
    else result.comparisons.push({ ...comparison, with: { id, name } })
  }
  return result
}

function compareScore(
  score: Score,
  own: ReadonlyMap<string, number>,
  theirs: ReadonlyMap<string, number>,
  protocol: Protocol,
): Omit<RecordComparison, 'with'> | string {
  const common = [...own.keys()].filter((clip) => Number.isFinite(own.get(clip)) && Number.isFinite(theirs.get(clip)))
  if (common.length === 0) return 'no clip has both values'
  const first = Float64Array.from(common, (clip) => own.get(clip) ?? Number.NaN)
  const second = Float64Array.from(common, (clip) => theirs.get(clip) ?? Number.NaN)
  const paired = pairedBootstrap(first, second, {
    seed: protocol.identity.seeds.bootstrap,
    ...protocol.identity.bootstrap,
  })
  return {
    metric: score.metric,
    recipe: score.recipe,
    signature: score.signature,
    value: mean(first),
    otherValue: mean(second),
    difference: paired.difference,
    interval: paired.interval,
    pValue: paired.pValue,
    n: paired.n,
    test: 'paired bootstrap of the clips (interval), sign flips of the clips (p)',
    better: winner(paired.difference, paired.interval, score.better),
  }
}

/** Who is better where the interval of the difference leaves no doubt. */
export function winner(
  difference: number,
  interval: { low: number; high: number } | null,
  better: 'higher' | 'lower',
): RecordComparison['better'] {
  if (interval === null || (interval.low <= 0 && interval.high >= 0)) return 'neither'
  return difference > 0 === (better === 'higher') ? 'this' : 'other'
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
