import { type GatePair, gatePair, gatePatterns, type MarginTest, marginByError } from '@kinemetric/metrics'
import { clipValuesOf, type GateClip, type GatedMetric, type GateMarginParts, type Score } from '@kinemetric/records'
import type { ComparedRecord } from '../compare/compared-record.ts'
import { featurePlaces, keptSet, type SetMetric } from '../compare/kept-sets.ts'
import { metricOfScore } from '../compare/metric-of-score.ts'
import { overCommonClips } from '../compare/over-common-clips.ts'
import { concludingAs } from '../compare/concluding-as.ts'
import { clipValues, weightedBy } from '../compare/value-column.ts'
import type { FeatureCache } from '../store/feature-cache.ts'
import type { GateClips } from './gate-clips.ts'

/** What all metrics of a gate share. */
export interface GateContext {
  baseline: ComparedRecord
  candidate: ComparedRecord
  clips: GateClips
  alpha: number
  seed?: number | undefined
  draws?: number | undefined
  store: FeatureCache
  signal?: AbortSignal | undefined
  onWarning?: ((message: string) => void) | undefined
  /** Sign patterns drawn so far, by the number of units. */
  patterns: Map<number, ReturnType<typeof gatePatterns>>
}

/** So many of the clips that lost most are named. */
const MOST_WORST = 12

/** One score of the baseline against the candidate's of the same signature. */
export async function gateMetric(
  score: Score,
  margin: GateMarginParts | null,
  context: GateContext,
): Promise<GatedMetric> {
  const base = emptyRow(score, margin)
  const own = context.candidate.record.scores.find(
    ({ metric, signature }) => metric === score.metric && signature === score.signature,
  )
  if (score.value === null) return withoutVerdict(base, 'the baseline has no value of it')
  if (own === undefined) return withoutVerdict(base, missingReason(score, context.candidate))
  if (own.value === null) return withoutVerdict(base, 'the candidate has no value of it')
  const known = metricOfScore(score)
  if (known?.metric.compare === undefined) return valueMetric(score, base, context)
  const { metric, recipe } = known
  return recipe === undefined
    ? withoutVerdict(base, 'sets are not compared under a rule for samples')
    : setMetric(score, recordedValues(base, [score, own], context), { metric, recipe }, context)
}

/** What the records say of sets, where both are of these very clips: it is shown, and rules may ask for it, where nothing is left to test by. */
function recordedValues(
  row: GatedMetric,
  [before, after]: readonly [Score, Score],
  { clips }: GateContext,
): GatedMetric {
  const { onlyBaseline, onlyCandidate, otherReference } = clips.told
  if (onlyBaseline.length + onlyCandidate.length + otherReference > 0) return row
  const difference = before.value === null || after.value === null ? null : after.value - before.value
  return {
    ...row,
    clips: clips.told.common,
    units: clips.told.units,
    baseline: before.value,
    candidate: after.value,
    difference,
  }
}

function emptyRow(score: Score, margin: GateMarginParts | null): GatedMetric {
  const { metric, recipe, label, unit, better, signature } = score
  return {
    metric,
    recipe,
    label: label?.short ?? metric,
    unit,
    decimals: label?.decimals ?? 3,
    better,
    signature,
    clips: 0,
    units: 0,
    baseline: null,
    candidate: null,
    difference: null,
    margin,
    verdict: null,
    test: null,
    interval: null,
    pNonInferior: null,
    pInferior: null,
    pEquivalent: null,
    equivalent: false,
    unitsToDecide: null,
    sd: null,
    unitsPlanned: null,
    wide: false,
    drift: null,
    lost: [],
    worst: [],
    notes: [],
  }
}

/** Who has a margin waits for a verdict, and learns that there is none. */
function withoutVerdict(row: GatedMetric, reason: string): GatedMetric {
  return { ...row, verdict: row.margin === null ? null : 'cannot-tell', reason }
}

function missingReason({ metric, recipe }: Score, { record }: ComparedRecord): string {
  const other = record.scores.find((score) => score.metric === metric && score.recipe === recipe)
  return other === undefined
    ? 'the candidate has no such score: score it with the same --metrics'
    : `the candidate's was made otherwise (signature ${other.signature}): score both alike`
}

async function setMetric(score: Score, row: GatedMetric, named: SetMetric, context: GateContext): Promise<GatedMetric> {
  const { clips, baseline, candidate, alpha, store } = context
  const places = await Promise.all(
    [baseline, candidate].map((side) => featurePlaces(side, named, clips.references, store)),
  )
  const [before, after] = places
  if (typeof before === 'string') return withoutVerdict(row, `baseline: ${before}; ${scoreAgain}`)
  if (typeof after === 'string') return withoutVerdict(row, `candidate: ${after}; ${scoreAgain}`)
  const both = clips.common.filter((clip) => before.has(clip) && after.has(clip))
  const [a, b] = [before, after].map((own) => keptSet(own, both, clips.references, store))
  // The exchange of clips asks another question than a margin does: one draw of it is cheap, and not looked at.
  const compared = await named.metric.compare?.(b, a, named.recipe, {
    ...concludingAs(score, baseline.record, context.seed),
    alpha,
    comparisons: 1,
    draws: 1,
    signal: context.signal,
    onCost: context.onWarning,
  })
  if (compared === undefined) return withoutVerdict(row, 'this version cannot compare it')
  const { first, second, difference, se, units, pJackknife, interval, identical } = compared
  const lost = [...before.keys()].filter((clip) => !after.has(clip)).sort()
  const filled: GatedMetric = {
    ...row,
    clips: both.length,
    units,
    baseline: second,
    candidate: first,
    difference,
    lost,
    drift: {
      p: identical ? null : pJackknife,
      interval: interval === null ? null : { low: interval.low, high: interval.high },
      moving: identical ? 0 : units,
      better: 0,
      worse: 0,
      quantiles: null,
    },
  }
  if (identical) return identicalRow(filled)
  if (row.margin === null) return { ...filled, test: 'jackknife' }
  const test = marginByError({ difference, se, units }, row.margin.value, { better: row.better, alpha })
  const reason = test.verdict === 'cannot-tell' ? { reason: compared.reason ?? `n = ${units}: too few` } : {}
  return { ...filled, ...testFields(test), ...reason, test: 'jackknife' }
}

const scoreAgain = 'score both again on this machine, whose cache then has them'

function valueMetric(score: Score, row: GatedMetric, context: GateContext): GatedMetric {
  const { baseline, candidate, clips, alpha, seed, draws } = context
  const references = weightedBy(clips.references, [baseline, candidate], score)
  const [before, after] = [baseline, candidate].map((side) => clipValues(side, score, references.comparable))
  const both = clips.common.filter((clip) => before.has(clip) && after.has(clip))
  const there = clipValuesOf(candidate.rows, score)
  // A value that is not finite has no mean (PSNR of frames that are the reference's own), and is no loss: what has none, or NaN, is.
  const odd = (clip: string) => Math.abs(there.get(clip) ?? 0) === Infinity
  const gone = [...before.keys()].filter((clip) => !after.has(clip)).sort()
  const lost = gone.filter((clip) => !odd(clip))
  const infinite = gone.length - lost.length
  if (infinite > 0) row.notes.push(`${infinite} left out: the candidate's value is not finite`)
  if (both.length === 0) return withoutVerdict({ ...row, lost }, 'no clip has a value on both sides')
  const units = new Set(both.map(references.unitOf)).size
  if (!context.patterns.has(units)) context.patterns.set(units, gatePatterns(units, { alpha, seed, draws }))
  const pair = gatePair(
    {
      clips: both,
      baseline: before,
      candidate: after,
      unitOf: references.unitOf,
      weightOf: references.weightOf,
    },
    {
      better: row.better,
      margin: row.margin?.value,
      alpha,
      seed,
      draws,
      patterns: context.patterns.get(units),
    },
  )
  const filled = withPair(row, pair, {
    clips: both.length,
    lost,
    worst: worstClips(both, before, after, row.better),
    // As the metric makes a set's score of its frames, which may be no mean of clips.
    values: [baseline, candidate].map((side) => overCommonClips(side, score, both, references).value),
  })
  if (pair.drift.moving > 0)
    return clips.identical
      ? { ...filled, notes: [...filled.notes, 'the frames are identical: the difference is of the measuring alone'] }
      : filled
  return clips.identical ? identicalRow(filled) : unmovedRow(filled)
}

/** All frames are as they were: there is nothing to test. */
function identicalRow(row: GatedMetric): GatedMetric {
  return {
    ...row,
    reason: undefined,
    test: 'identical',
    verdict: row.margin === null ? null : 'pass',
    interval: null,
    unitsToDecide: null,
  }
}

/** Frames changed, and no clip's value did: nothing is lost, whatever the margin. */
function unmovedRow(row: GatedMetric): GatedMetric {
  const passed = row.margin !== null && row.verdict !== 'cannot-tell'
  return {
    ...row,
    ...(passed ? { verdict: 'pass' as const, unitsToDecide: null } : {}),
    notes: [...row.notes, 'frames changed, and the value of no clip did'],
  }
}

function withPair(
  row: GatedMetric,
  { test, drift, difference, sd, unitsPlanned, wide, quantiles, units, larger, smaller }: GatePair,
  {
    clips,
    lost,
    worst,
    values: [baseline, candidate],
  }: { clips: number; lost: string[]; worst: GateClip[]; values: readonly number[] },
): GatedMetric {
  const [better, worse] = row.better === 'higher' ? [larger, smaller] : [smaller, larger]
  return {
    ...row,
    clips,
    units,
    baseline,
    candidate,
    difference,
    lost,
    worst,
    sd,
    unitsPlanned,
    wide,
    test: drift.exact ? 'sign-flip-exact' : 'sign-flip-mc',
    ...(test === undefined ? {} : testFields(test)),
    ...(test?.verdict === 'cannot-tell' ? { reason: `n = ${units} cannot show it (5 are the fewest)` } : {}),
    drift: {
      p: drift.moving === 0 ? null : drift.p,
      interval: drift.interval,
      moving: drift.moving,
      better,
      worse,
      quantiles,
    },
  }
}

function testFields({
  verdict,
  interval,
  pNonInferior,
  pInferior,
  pEquivalent,
  equivalent,
  unitsToDecide,
}: MarginTest): Partial<GatedMetric> {
  return { verdict, interval, pNonInferior, pInferior, pEquivalent, equivalent, unitsToDecide }
}

function worstClips(
  clips: readonly string[],
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  better: GatedMetric['better'],
): GateClip[] {
  return clips
    .map((clip) => {
      const [baseline, candidate] = [before.get(clip) ?? Number.NaN, after.get(clip) ?? Number.NaN]
      return { clip, baseline, candidate, loss: better === 'higher' ? baseline - candidate : candidate - baseline }
    })
    .toSorted((a, b) => b.loss - a.loss || (a.clip < b.clip ? -1 : 1))
    .slice(0, MOST_WORST)
}
