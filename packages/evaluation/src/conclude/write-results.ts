import { basename } from 'node:path'
import { metricsOf, protocolDigest } from '@kinemetric/benchmark'
import { jsonLine, withSmallYoungGeneration, writeWhole } from '@kinemetric/files'
import { onnxruntimeVersion } from '@kinemetric/networks'
import {
  describeMachine,
  type KinemetricRecord,
  type RecordFailure,
  type RecordMedia,
  type RecordMethod,
  type RecordProvenance,
  type Score,
  writeRecord,
  writeTable,
} from '@kinemetric/records'
import type { ConcludedReferences, ReferenceClips } from '../references/reference-clips.ts'
import { mediaEntry, writeTracks } from '../clips/write-previews.ts'
import { probeNotes, writeProbe } from '../clips/write-probe.ts'
import type { ClipMeasurements, ClipOutcome } from '../journal/measurement.ts'
import type { MetricName } from '../plan/metric-name.ts'
import { readTracklets } from '../store/track-entries.ts'
import { conclude, manyClips, type Measured } from './conclude.ts'
import type { MeasuredLines } from './conditions.ts'
import { withMissing } from './missing-values.ts'
import { recordTable } from './record-table.ts'
import { type OutcomeSurvey, surveyOutcomes } from './survey-outcomes.ts'
import { firstSamples, unrelatedValues, withoutUnrelated, withUnrelated } from './unrelated-values.ts'
import { withoutFolders } from './without-folders.ts'

/** Where results go; see `recordPaths`. */
export interface ResultPaths {
  folder: string
  record: string
  table: string
  hashes: string
}

/** What a record says beside what was measured. */
export interface ResultContext {
  references: ConcludedReferences
  method: RecordMethod
  provenance: Pick<RecordProvenance, 'code' | 'weights' | 'decoder' | 'provider'>
  /** Failures that belong to no reference clip. */
  failures: readonly RecordFailure[]
  /** What was left out. */
  warnings: readonly string[]
  /** Against how many other clips' references each clip was to be measured. */
  unrelated: number
  /** The references, where videos were written for the site. */
  media: ReferenceClips | undefined
  onStage?: ((metrics: readonly MetricName[]) => void) | undefined
}

/** What was measured. */
export interface Outcomes {
  /** In the order of the references, of each clip all samples. Gone through several times. */
  outcomes: Iterable<ClipOutcome>
  /** Clips against the references of other clips. */
  pairs: readonly ClipMeasurements[]
}

/**
 * Makes the record of finished journals and writes table, hashes and record, the record last. What it writes depends on what was measured and on the
 * context alone: nothing is opened, no pixel is read. @throws KinemetricError as `writeRecord`
 */
export async function writeResults(
  measured: Omit<Measured, 'clips' | 'units' | 'several'> & Outcomes,
  context: ResultContext,
  paths: ResultPaths,
): Promise<{ record: KinemetricRecord; timings: Record<string, number> }> {
  const write = () => concludedResults(measured, context, paths)
  return context.references.clips.length > manyClips ? withSmallYoungGeneration(write) : write()
}

async function concludedResults(
  { outcomes, pairs, ...given }: Omit<Measured, 'clips' | 'units' | 'several'> & Outcomes,
  context: ResultContext,
  paths: ResultPaths,
): Promise<{ record: KinemetricRecord; timings: Record<string, number> }> {
  const clips: MeasuredLines = { [Symbol.iterator]: () => measuredOf(outcomes) }
  const { references } = context
  const survey = surveyOutcomes(outcomes)
  const absent = [...absentOf(outcomes), ...references.failures.map(({ clip }) => clip)]
  const measured: Measured = { ...given, clips, several: survey.several, units: references.clips, absent }
  const begun = performance.now()
  const concluded = withMissing(await conclude(measured, context.onStage), measured, outcomes, references)
  const unrelated = await unrelatedValues(measured, references, pairs)
  const scores = withUnrelated(concluded, unrelated, references)
  const without = context.unrelated > 0 ? withoutUnrelated(measured.names, unrelated) : []
  const summaryMs = Math.round(performance.now() - begun)
  const record = describeRecord(measured, survey, scores, context, paths)
  const rows = { [Symbol.iterator]: () => recordTable(measured.names, clips, references.clips, unrelated, absent) }
  if (context.media !== undefined)
    record.media = await describeMedia(measured, context.media, context.method.id, paths.folder)
  const warnings = [...context.warnings, ...without, ...survey.warnings]
  if (warnings.length > 0) record.warnings = withoutFolders(warnings)
  await writeTable(paths.table, rows, { overwrite: true })
  await writeWhole(paths.hashes, hashLines(clips, references))
  await writeRecord(paths.record, record, { overwrite: true })
  return { record, timings: { summary: summaryMs } }
}

/** Clips that failed as a whole. */
function* absentOf(outcomes: Iterable<ClipOutcome>): Generator<string> {
  for (const outcome of outcomes) if ('failure' in outcome) yield outcome.clip
}

function* measuredOf(outcomes: Iterable<ClipOutcome>): Generator<ClipMeasurements> {
  for (const outcome of outcomes) if (!('failure' in outcome)) yield outcome
}

function* hashLines(clips: MeasuredLines, references: ConcludedReferences): Generator<Buffer> {
  for (const { clip, sample, generated, reference, frames } of clips) {
    const unit = references.clips.unitOf(clip)
    // Fields that are undefined are left out.
    yield Buffer.from(`${jsonLine({ clip, sample, unit, generated, reference, frames })}\n`)
  }
}

function describeRecord(
  { protocol, uses }: Measured,
  survey: OutcomeSurvey,
  scores: readonly Score[],
  { references, method, provenance, failures }: ResultContext,
  paths: ResultPaths,
): KinemetricRecord {
  const { id, version, title, window, excludedFrames, geometry } = protocol.identity
  const { code, weights, decoder, provider } = provenance
  const { attempted, scored, samples, digests } = survey
  return {
    schema: 'kinemetric/record@1',
    kind: 'measurement',
    protocol: {
      id,
      version,
      title,
      frames: window.frames,
      excludedFrames,
      size: geometry?.size ?? null,
      digest: protocolDigest(protocol),
    },
    method: method.config === undefined ? method : { ...method, config: withoutFolders(method.config) },
    scores: inOrder(
      scores,
      metricsOf(protocol).map(({ metric }) => metric),
    ),
    failures: withoutFolders([...survey.failures, ...failures]),
    clips: {
      total: references.clips.length + references.failures.length,
      scored,
      failed: attempted - scored + references.failures.length,
      table: basename(paths.table),
      hashes: basename(paths.hashes),
    },
    ...(samples === undefined ? {} : { samples }),
    provenance: {
      code,
      weights,
      ...networksOf(uses),
      frames: digests,
      manifest: references.manifest,
      decoder,
      provider,
      machine: describeMachine(onnxruntimeVersion()),
    },
  }
}

/** The networks behind the scores; nothing where none ran. */
function networksOf(uses: Measured['uses']): Pick<RecordProvenance, 'networks'> {
  const networks = uses.flatMap(({ key, network, digest, settings }) =>
    network === undefined || digest === undefined
      ? []
      : [{ key, network, digest, ...(settings === undefined ? {} : { settings }) }],
  )
  return networks.length === 0 ? {} : { networks }
}

/** The media of every scored clip; the videos were written as the clips were scored, the tracks are written here. */
async function describeMedia(
  { clips: all, names, store }: Measured,
  references: ReferenceClips,
  method: string,
  folder: string,
): Promise<RecordMedia> {
  const clips: RecordMedia['clips'] = []
  for (const clip of firstSamples(all)) {
    const index = references.names.indexOf(clip.clip)
    if (index < 0) continue
    const reference = references.at(index)
    const hasTracks = await writeTracks(folder, method, clip, (address) => readTracklets(store, address))
    const notes = probeNotes(names, clip)
    const probe = notes === undefined ? {} : await writeProbe(folder, method, reference, clip, notes)
    clips.push({ ...mediaEntry(method, reference, hasTracks), ...probe })
  }
  return { clips }
}

function inOrder(scores: readonly Score[], order: readonly string[]): Score[] {
  const place = (metric: string) => (order.includes(metric) ? order.indexOf(metric) : order.length)
  return scores.toSorted((a, b) => place(a.metric) - place(b.metric))
}
