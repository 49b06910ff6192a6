import { hallInterval, unitValues } from '@kinemetric/metrics'
import type { ClassDifference, ClassMethod, ClassScore, KinemetricRecord, Score } from '@kinemetric/records'
import { intervalKind } from '../kept-values/interval-kind.ts'
import { KeptScore, madeBy } from '../kept-values/kept-score.ts'
import type { TableSeries } from '../kept-values/table-series.ts'
import type { PairedReferences } from '../compare/paired-references.ts'
import type { ClassMembers } from './class-members.ts'

/** A record with the values beside it. */
export interface KeptRecord {
  record: KinemetricRecord
  series: ReadonlyMap<string, TableSeries>
  /** The source video of a clip that shares it with others. */
  unitOf: (clip: string) => string | undefined
}

/** Why a score cannot be broken down: of sets. */
export const ofSets = 'one number of a whole set of clips: it has no value a clip'

/**
 * A method's score by class: of each class what its metric makes of that class's clips. In words why there is none. Made of all clips it has to be the record's own
 * score: what is not so made has no scores of parts.
 */
export function classesOfScore(
  score: Score,
  { record, series, unitOf }: KeptRecord,
  { classes, unlabelled }: ClassMembers,
): ClassMethod | string {
  const made = madeBy(score)
  if (made === undefined) return 'this version does not have its metric or recipe'
  if (made.metric.per === 'set') return ofSets
  const kind = intervalKind(score.interval)
  if (kind === undefined)
    return `its interval was made in a way that this version does not know: ${score.interval?.method}`
  const kept = new KeptScore(score, made, series, unitOf)
  if (kept.clips.length === 0 && score.value !== null) return 'its table has no values of clips'
  if (!isClose(kept.scoreOf(kept.clips, kind).value, score.value))
    return 'its score is not made of its clips’ values alone'
  const has = new Set(kept.clips)
  const scoreOf = (clips: Iterable<string>): ClassScore | null => {
    const own = [...clips].filter((clip) => has.has(clip))
    return own.length === 0 ? null : said(kept.scoreOf(own, kind), kept.unitsOf(own))
  }
  return {
    method: record.method.id,
    all: said(score, kept.unitsOf(kept.clips)),
    unlabelled: scoreOf(unlabelled),
    classes: classes.map(({ clips }) => scoreOf(clips)),
  }
}

function said({ value, n, interval, warnings = [] }: Score, units: number): ClassScore {
  const [none] = warnings.flatMap((text) => /^no (?:interval|value): (.*)$/s.exec(text)?.slice(1) ?? [])
  return {
    value,
    n,
    units,
    interval,
    ...(interval === null ? { reason: byUnits(none ?? 'no interval', n, units) } : {}),
  }
}

/** What counts are source videos, where they are not the clips. */
function byUnits(reason: string, n: number, units: number): string {
  return units === n ? reason : reason.replace(`n = ${units}:`, `${units} source ${units === 1 ? 'video' : 'videos'}:`)
}

/** Sums in another order differ by rounding. */
function isClose(a: number | null, b: number | null): boolean {
  return a === null || b === null ? a === b : Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))
}

/** What two methods differ by on the clips that both have: the mean of the clips' differences, as comparisons have it. Null where no clip has both. */
export function classDifference(
  [own, other]: readonly [ReadonlyMap<string, number>, ReadonlyMap<string, number>],
  clips: readonly string[],
  { unitOf, weightOf }: Pick<PairedReferences, 'unitOf' | 'weightOf'>,
): ClassDifference | null {
  const both = clips.filter((clip) => own.has(clip) && other.has(clip))
  if (both.length === 0) return null
  const units = unitValues({
    values: both.map((clip) => (own.get(clip) ?? 0) - (other.get(clip) ?? 0)),
    units: both.map(unitOf),
    weights: both.map(weightOf),
  })
  const { interval, reason } = hallInterval(units.values)
  const counts = { difference: units.mean, n: both.length, units: units.ids.length, interval }
  return reason === undefined ? counts : { ...counts, reason: byUnits(reason, counts.n, counts.units) }
}
