import { resolve } from 'node:path'
import {
  detectableDifference,
  FEWEST_REPEATS,
  gateMargin,
  powerOf,
  spreadOfPair,
  WIDE_MARGIN,
} from '@kinemetric/metrics'
import type { CalibratedMetric, GateCalibration, Score } from '@kinemetric/records'
import { overCommonClips } from '../compare/over-common-clips.ts'
import { pairReferences, type PairedReferences, sameGenerated } from '../compare/paired-references.ts'
import { clipValues, weightedBy } from '../compare/value-column.ts'
import { gateError } from './rules/gate-error.ts'
import { seedsOf } from './gate-clips.ts'
import type { GateRecord } from './open-gate-record.ts'

export interface CalibrateOptions {
  /** The same clips through the delivery codec: the record of one of the repeats, encoded and decoded. */
  codec?: GateRecord | undefined
  /** What the generator ran on, in words, and its drivers. */
  devices?: readonly string[] | undefined
  drivers?: readonly string[] | undefined
}

/**
 * Margins of a gate from repeats of the unchanged pipeline: what two runs of it differ by.
 * @param repeats at least 5 records of one method over the same clips and seeds
 * @throws KinemetricError `too-few`, `not-comparable` where the repeats are not of one thing, `other-seeds`
 */
export function calibrateGate(repeats: readonly GateRecord[], options: CalibrateOptions = {}): GateCalibration {
  if (repeats.length < FEWEST_REPEATS)
    throw gateError('too-few', '', {
      expected: `at least ${FEWEST_REPEATS} repeats of the unchanged pipeline`,
      found: `${repeats.length}`,
      then: 'generate and score the same clips with the same seeds again, each time into a folder of its own',
    })
  requireOneThing(repeats)
  const all = options.codec === undefined ? repeats : [...repeats, options.codec]
  const references = pairReferences(all)
  const [unpaired] = references.unpaired
  if (unpaired !== undefined)
    throw gateError(
      'not-comparable',
      all.find(({ record }) => record === unpaired.record.record)?.path ?? '',
      unpaired.reason,
    )
  const [first] = repeats
  const clips = [...first.hashes!.keys()]
    .filter((clip) => references.comparable(clip) && all.every(({ hashes }) => hashes?.has(clip)))
    .sort()
  if (clips.length === 0) throw gateError('not-comparable', '', 'the repeats have no clip in common')
  const changed = clips.filter((clip) => repeats.some((repeat) => !sameGenerated(first, repeat, [clip]))).length
  const { protocol, method, provenance } = first.record
  return {
    schema: 'kinemetric/gate-calibration@1',
    protocol: { id: protocol.id, version: protocol.version, digest: protocol.digest },
    method: { id: method.id, name: method.name },
    repeats: repeats.length,
    clips: clips.length,
    frames: { bitwise: changed === 0, changed },
    metrics: first.record.scores.flatMap((score) => {
      const metric = calibrated(score, repeats, references, clips, options.codec)
      return metric === undefined ? [] : [metric]
    }),
    madeWith: {
      generator: (method.weights ?? []).map(({ id, sha256 }) => ({ id, sha256 })),
      devices: [...(options.devices ?? [])],
      drivers: [...(options.drivers ?? [])],
      code: provenance.code,
      weights: provenance.weights,
      decoder: provenance.decoder,
      provider: provenance.provider,
      machine: provenance.machine,
    },
  }
}

function requireOneThing(repeats: readonly GateRecord[]): void {
  const [first] = repeats
  const paths = new Set<string>()
  for (const repeat of repeats) {
    const path = resolve(repeat.path)
    if (paths.has(path))
      throw gateError('not-comparable', repeat.path, 'is given twice: a record is no repeat of itself')
    paths.add(path)
    if (repeat.record.protocol.digest !== first.record.protocol.digest)
      throw gateError('not-comparable', repeat.path, {
        expected: `a repeat under the protocol of ${first.path}`,
        found: `${repeat.record.protocol.id}@${repeat.record.protocol.version}`,
      })
    if (seedsOf(repeat) !== seedsOf(first))
      throw gateError('other-seeds', repeat.path, {
        expected: `a repeat with the seeds of ${first.path}, ${seedsOf(first) ?? 'not said'}`,
        found: seedsOf(repeat) ?? 'not said',
      })
    const [a, b] = [repeat, first].map(({ record }) => JSON.stringify(record.method.weights ?? []))
    if (a !== b)
      throw gateError(
        'not-comparable',
        repeat.path,
        `was generated with other weights than ${first.path}: no repeat of it`,
      )
  }
}

/** Undefined where a repeat lacks the score, or it has no value. */
function calibrated(
  score: Score,
  repeats: readonly GateRecord[],
  references: PairedReferences,
  clips: readonly string[],
  codec: GateRecord | undefined,
): CalibratedMetric | undefined {
  const [first] = repeats
  const own = repeats.map(({ record }) => scoreOf(record.scores, score))
  if (own.some((each) => each === undefined || each.value === null)) return undefined
  const weighted = weightedBy(references, repeats, score)
  const values = repeats.map((repeat) => clipValues(repeat, score, references.comparable))
  const both = clips.filter((clip) => values.every((side) => side.has(clip)))
  const ofClips = both.length > 0
  const scores = ofClips
    ? repeats.map((repeat) => overCommonClips(repeat, score, both, weighted).value)
    : own.map((each) => each?.value ?? Number.NaN)
  const { sd, units } = ofClips ? repeatSpread(values, both, weighted) : { sd: null, units: 0 }
  const shifts = ofClips ? codecShifts(score, codec, values, both) : undefined
  const margin = gateMargin(Float64Array.from(scores), { codecShifts: shifts })
  return {
    metric: score.metric,
    recipe: score.recipe,
    label: score.label?.short ?? score.metric,
    better: score.better,
    signature: score.signature,
    scores,
    repeatabilitySd: margin.repeatabilitySd,
    repeatabilityLimit: margin.repeatabilityLimit,
    codecShift: margin.codecShift,
    margin: margin.margin,
    bitwise: margin.bitwise,
    pairedSd: sd,
    wide: sd !== null && sd > 0 && margin.margin > WIDE_MARGIN * sd,
    units,
    ...passing(units, sd, margin.margin, first.record.scores.length),
  }
}

/** Share of unchanged runs that the margins for 95 % may leave undecided, over all metrics: the other half of the 5 % goes on spreads that differ between clips. */
const SPARE = 0.025

/** Of the clips' differences between one repeat and the next, pooled. */
function repeatSpread(
  values: readonly ReadonlyMap<string, number>[],
  clips: readonly string[],
  { unitOf, weightOf }: Pick<PairedReferences, 'unitOf' | 'weightOf'>,
): { sd: number | null; units: number } {
  const pairs = values
    .slice(1)
    .map((candidate, at) => spreadOfPair({ clips, baseline: values[at], candidate, unitOf, weightOf }))
  const [{ units }] = pairs
  if (pairs.some(({ sd }) => sd === null)) return { sd: null, units }
  return { sd: Math.sqrt(pairs.reduce((sum, { sd }) => sum + (sd ?? 0) ** 2, 0) / pairs.length), units }
}

/** What a gate of so many units makes of runs that change nothing: repeats differ by less than margins of few clips can tell. */
function passing(units: number, sd: number | null, margin: number, metrics: number) {
  if (sd === null || sd === 0) return { passShare: null, marginToPass95: null }
  return {
    passShare: powerOf(units, margin, sd, { oneSided: true }),
    marginToPass95: detectableDifference(units, sd, { oneSided: true, power: 1 - SPARE / metrics }),
  }
}

function scoreOf(scores: readonly Score[], { metric, signature }: Score): Score | undefined {
  return scores.find((score) => score.metric === metric && score.signature === signature)
}

/** By how much the codec makes each clip worse than it was in the repeats' mean; undefined where it was not scored so. */
function codecShifts(
  score: Score,
  codec: GateRecord | undefined,
  values: readonly ReadonlyMap<string, number>[],
  clips: readonly string[],
): Float64Array | undefined {
  if (codec === undefined || scoreOf(codec.record.scores, score) === undefined) return undefined
  const encoded = clipValues(codec, score, () => true)
  const shared = clips.filter((clip) => encoded.has(clip))
  if (shared.length === 0) return undefined
  return Float64Array.from(shared, (clip) => {
    const mean = values.reduce((sum, side) => sum + (side.get(clip) ?? Number.NaN), 0) / values.length
    const loss = mean - (encoded.get(clip) ?? Number.NaN)
    return score.better === 'higher' ? loss : -loss
  })
}
