import { resolve } from 'node:path'
import { didYouMean } from '@kinemetric/files'
import {
  type GateCalibration,
  type GatedMetric,
  type GateResult,
  type GateRule,
  type GateVerdict,
  groupsOf,
  type Score,
  withoutGroups,
} from '@kinemetric/records'
import { metricsOfScores } from '../compare/asked-metrics.ts'
import { fieldDifferences, recordFields } from '../diff/record-fields.ts'
import { FeatureCache } from '../store/feature-cache.ts'
import { calibrationDifferences, requireSameProtocolAsCalibration } from './calibration-fit.ts'
import { gateClips, seedsOf } from './gate-clips.ts'
import { gateError } from './rules/gate-error.ts'
import { type AskedMargin, calibratedOf, marginOf, requireKnownMargins } from './gate-margins.ts'
import { type GateContext, gateMetric } from './gate-metric.ts'
import type { GateRecord } from './open-gate-record.ts'
import { evaluateRule } from './rules/evaluate-rule.ts'
import { parseRule } from './rules/parse-rule.ts'
import { ruleValues } from './rule-values.ts'

export interface GateOptions {
  margins?: readonly AskedMargin[] | undefined
  calibration?: GateCalibration | undefined
  /** Expressions over scores, all of which have to hold. */
  rules?: readonly string[] | undefined
  /** Only these metrics. */
  metrics?: readonly string[] | undefined
  /** Chance of a wrong verdict a metric; default 0.05. */
  alpha?: number | undefined
  /** Of drawn sign patterns, beyond 20 units. */
  seed?: number | undefined
  draws?: number | undefined
  /** What an undecided metric counts as; default fail. */
  undecided?: 'pass' | 'fail' | undefined
  /** Compare although the seeds differ. */
  otherSeeds?: boolean | undefined
  /** Where features of distances between sets are; absent: these have no verdict. */
  store?: FeatureCache | undefined
  signal?: AbortSignal | undefined
  onMetric?: ((event: { metric: string; at: number; of: number }) => void) | undefined
  onWarning?: ((message: string) => void) | undefined
}

/**
 * Holds a method's record after a change against that before it: of each metric with a margin whether it is no worse by that, of each metric what changed;
 * rules beside them. Each metric is tested at alpha without correction, since all have to pass (Berger, Technometrics 24 (1982) 295).
 * @throws KinemetricError as `gateClips`; `no-margin` without margins and rules, `bad-margin`, `bad-rule`
 */
export async function gateRecords(
  baseline: GateRecord,
  candidate: GateRecord,
  options: GateOptions = {},
): Promise<GateResult> {
  const { margins = [], calibration, rules = [], alpha = 0.05, undecided = 'fail' } = options
  // A mistaken path would pass on every commit.
  if (resolve(baseline.path) === resolve(candidate.path))
    throw gateError('not-comparable', candidate.path, {
      expected: 'a record after the change',
      found: 'the baseline itself',
      then: 'score the candidate into a folder of its own',
    })
  const scores = chosenScores(baseline.record.scores, options.metrics)
  if (margins.length === 0 && calibration === undefined && rules.length === 0) throw nothingToHold(scores, baseline)
  requireKnownMargins(margins, scores)
  if (calibration !== undefined) requireSameProtocolAsCalibration(calibration, baseline.record)
  const clips = gateClips(baseline, candidate, { otherSeeds: options.otherSeeds })
  const context: GateContext = {
    baseline,
    candidate,
    clips,
    alpha,
    seed: options.seed,
    draws: options.draws,
    store: options.store ?? new FeatureCache(undefined, undefined, () => {}),
    signal: options.signal,
    onWarning: options.onWarning,
    patterns: new Map(),
  }
  const metrics: GatedMetric[] = []
  for (const [at, score] of scores.entries()) {
    options.signal?.throwIfAborted()
    options.onMetric?.({ metric: score.metric, at, of: scores.length })
    metrics.push(lostIsFailed(await gateMetric(score, marginOf(score, margins, calibration), context)))
  }
  const held = await holdRules(rules, metrics)
  const verdict = overall(metrics, held, clips.told.onlyBaseline.length)
  const { protocol } = baseline.record
  return {
    schema: 'kinemetric/gate@1',
    verdict,
    passed: verdict === 'pass' || (verdict === 'undecided' && undecided === 'pass'),
    undecided,
    alpha,
    protocol: { id: protocol.id, version: protocol.version, digest: protocol.digest },
    baseline: sideOf(baseline),
    candidate: sideOf(candidate),
    clips: clips.told,
    changes: fieldDifferences(recordFields(baseline.record), recordFields(candidate.record)),
    calibration:
      calibration === undefined
        ? null
        : {
            repeats: calibration.repeats,
            bitwise: calibration.frames.bitwise,
            differs: calibrationDifferences(calibration, baseline.record),
          },
    metrics,
    rules: held,
    notes: notesOf(baseline, candidate, scores, clips.told, options),
  }
}

function chosenScores(scores: readonly Score[], metrics: readonly string[] | undefined): Score[] {
  if (metrics === undefined) return [...scores]
  const known = metricsOfScores(scores)
  const ids = known.map(({ id }) => id)
  const wanted = withoutGroups(metrics, known)
  const unknown = wanted.find((metric) => !ids.includes(metric))
  if (unknown !== undefined)
    throw gateError('bad-margin', '--metrics', {
      expected: `some of ${ids.join(', ')}, or of the groups ${groupsOf(known).join(', ')}`,
      found: unknown,
      then: didYouMean(unknown, [...groupsOf(known), ...ids]),
    })
  return scores.filter(({ metric }) => wanted.includes(metric))
}

function nothingToHold(scores: readonly Score[], { path }: GateRecord) {
  const metric = scores[0]?.metric ?? '<metric>'
  return gateError(
    'no-margin',
    '',
    `how much worse is still acceptable is not said: give --margin ${metric}=<number in its unit> (repeated, of ${scores.map((score) => score.metric).join(', ')}), ` +
      `or a margin that repeats of the unchanged pipeline give: kinemetric gate calibrate <five results folders or more> --out gate-calibration.json, then --calibration gate-calibration.json (baseline: ${path})`,
  )
}

/** A metric that the change cost clips has failed, whatever the others of them say. */
function lostIsFailed(row: GatedMetric): GatedMetric {
  if (row.margin === null || row.lost.length === 0) return row
  const named = `${row.lost.slice(0, 5).join(', ')}${row.lost.length > 5 ? ', …' : ''}`
  const what = `the candidate has no value on ${row.lost.length} of ${row.lost.length + row.clips} clips: ${named}`
  return { ...row, verdict: 'fail', reason: what }
}

async function holdRules(rules: readonly string[], metrics: readonly GatedMetric[]): Promise<GateRule[]> {
  const values = ruleValues(metrics)
  const known = new Set(values.keys())
  const parsed = await Promise.all(rules.map((rule) => parseRule(rule, known)))
  return parsed.map((rule) => evaluateRule(rule, values))
}

/** The worst of all: a gate passes only where everything does. */
function overall(metrics: readonly GatedMetric[], rules: readonly GateRule[], lostClips: number): GateVerdict {
  const verdicts = new Set(metrics.map(({ verdict }) => verdict))
  if (verdicts.has('fail') || lostClips > 0 || rules.some(({ holds }) => !holds)) return 'fail'
  if (verdicts.has('cannot-tell')) return 'cannot-tell'
  if (verdicts.has('undecided')) return 'undecided'
  return verdicts.has('pass') || rules.length > 0 ? 'pass' : 'cannot-tell'
}

function sideOf({ path, record, digests }: GateRecord): GateResult['baseline'] {
  const { id, name } = record.method
  return { path, method: id, name, record: digests.record, clips: record.clips.scored }
}

function notesOf(
  baseline: GateRecord,
  candidate: GateRecord,
  scores: readonly Score[],
  clips: GateResult['clips'],
  { calibration, otherSeeds }: GateOptions,
): string[] {
  const notes: string[] = []
  const [a, b] = [baseline.record.method.id, candidate.record.method.id]
  if (a !== b) notes.push(`the records are of methods of two names, ${a} and ${b}`)
  if (otherSeeds === true)
    notes.push(
      'seeds may differ: what they add is in every difference, and margins of repeats with one seed do not hold',
    )
  else if (seedsOf(baseline) === undefined || seedsOf(candidate) === undefined)
    notes.push('the records do not say their seeds: that they are alike is taken on trust')
  if (clips.onlyBaseline.length > 0)
    notes.push(`the candidate lost ${shown(clips.onlyBaseline)} that the baseline has: a gate fails of that`)
  if (clips.onlyCandidate.length > 0) notes.push(`left out, for the baseline lacks them: ${shown(clips.onlyCandidate)}`)
  if (clips.otherReference > 0) notes.push(`${clips.otherReference} left out: other reference frames`)
  if (calibration?.frames.bitwise === true && clips.changedFrames > 0)
    notes.push(
      `repeats of the unchanged pipeline gave identical bits, this candidate does not on ${clips.changedFrames} of ${clips.common} clips: the change changes frames`,
    )
  if (calibration !== undefined) {
    const uncalibrated = scores.filter((score) => calibratedOf(score, calibration) === undefined)
    if (uncalibrated.length > 0)
      notes.push(`not calibrated: ${uncalibrated.map(({ metric, recipe }) => `${metric}:${recipe}`).join(', ')}`)
  }
  return notes
}

function shown(clips: readonly string[]): string {
  return `${clips.length === 1 ? '1 clip' : `${clips.length} clips`} (${clips.slice(0, 5).join(', ')}${clips.length > 5 ? ', …' : ''})`
}
