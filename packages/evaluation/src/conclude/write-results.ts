import { basename } from 'node:path'
import { metricsOf, protocolDigest } from '@kinemetric/benchmark'
import { hashBytes, jsonLine, writeWhole } from '@kinemetric/files'
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
import type { ConcludedReferences, ReferenceClip } from '../clips/reference-clips.ts'
import { mediaEntry, writeTracks } from '../clips/write-previews.ts'
import { probeNotes, writeProbe } from '../clips/write-probe.ts'
import type { ClipMeasurements, ClipOutcome } from '../journal/measurement.ts'
import type { MetricName } from '../plan/metric-name.ts'
import { readTracklets } from '../store/track-entries.ts'
import { conclude, type Measured } from './conclude.ts'
import { conditionsOf } from './conditions.ts'
import { decodingWarnings } from './decoding-warnings.ts'
import { rowReader } from './measured-sets.ts'
import { withMissing } from './missing-values.ts'
import { recordTable } from './record-table.ts'
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
  media: readonly ReferenceClip[] | undefined
  onStage?: ((metrics: readonly MetricName[]) => void) | undefined
}

/** What was measured. */
export interface Outcomes {
  /** In the order of the references, of each clip all samples. */
  outcomes: readonly ClipOutcome[]
  /** Clips against the references of other clips. */
  pairs: readonly ClipMeasurements[]
}

/**
 * Makes the record of finished journals and writes table, hashes and record, the record last. What it writes depends on what was measured and on the
 * context alone: nothing is opened, no pixel is read. @throws KinemetricError as `writeRecord`
 */
export async function writeResults(
  { outcomes, pairs, ...given }: Omit<Measured, 'clips' | 'units'> & Outcomes,
  context: ResultContext,
  paths: ResultPaths,
): Promise<{ record: KinemetricRecord; timings: Record<string, number> }> {
  const clips = outcomes.flatMap((outcome) => ('failure' in outcome ? [] : [outcome]))
  const { references } = context
  const units = new Map(references.clips.flatMap(({ id, unit }) => (unit === undefined ? [] : [[id, unit] as const])))
  const measured: Measured = { ...given, clips, units }
  const begun = performance.now()
  const concluded = withMissing(await conclude(measured, context.onStage), measured, outcomes, references)
  const unrelated = await unrelatedValues(measured, references, pairs)
  const scores = withUnrelated(concluded, unrelated, references)
  const without = context.unrelated > 0 ? withoutUnrelated(measured.names, unrelated) : []
  const summaryMs = Math.round(performance.now() - begun)
  const record = describeRecord(measured, outcomes, scores, context, paths)
  const parts = { rows: rowReader('', [], measured.store), store: measured.store, units }
  const rows = recordTable(measured.names, clips, parts, unrelated)
  if (context.media !== undefined)
    record.media = await describeMedia(measured, context.media, context.method.id, paths.folder)
  const warnings = [...context.warnings, ...without, ...decodingWarnings(clips)]
  if (warnings.length > 0) record.warnings = withoutFolders(warnings)
  await writeTable(paths.table, rows, { overwrite: true })
  const hashes = clips.map(({ clip, sample, generated, reference, frames }) => {
    // Fields that are undefined are left out.
    return `${jsonLine({ clip, sample, unit: units.get(clip), generated, reference, frames })}\n`
  })
  await writeWhole(paths.hashes, hashes.join(''))
  await writeRecord(paths.record, record, { overwrite: true })
  return { record, timings: { summary: summaryMs } }
}

function describeRecord(
  { protocol, clips, uses }: Measured,
  outcomes: readonly ClipOutcome[],
  scores: readonly Score[],
  { references, method, provenance, failures }: ResultContext,
  paths: ResultPaths,
): KinemetricRecord {
  const { id, version, title, window, excludedFrames, geometry } = protocol.identity
  const { code, weights, decoder, provider } = provenance
  const scored = conditionsOf(clips)
  const attempted = new Set(outcomes.map(({ clip }) => clip)).size
  const samples = describeSamples(outcomes)
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
    failures: withoutFolders([
      ...outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome.failure] : outcome.failures)),
      ...failures,
    ]),
    clips: {
      total: references.clips.length + references.failures.length,
      scored: scored.length,
      failed: attempted - scored.length + references.failures.length,
      table: basename(paths.table),
      hashes: basename(paths.hashes),
    },
    ...(samples === undefined ? {} : { samples }),
    provenance: {
      code,
      weights,
      ...networksOf(uses),
      frames: { generated: digestOf(clips, 'generated'), reference: digestOf(clips, 'reference') },
      manifest: references.manifest,
      decoder,
      provider,
      machine: describeMachine(onnxruntimeVersion()),
    },
  }
}

/** The names of samples and how many a clip has; undefined where every clip has one. */
function describeSamples(outcomes: readonly ClipOutcome[]): KinemetricRecord['samples'] {
  const named = outcomes.flatMap(({ sample }) => sample ?? [])
  if (named.length === 0) return undefined
  const counts = [...Map.groupBy(outcomes, ({ clip }) => clip).values()].map(({ length }) => length)
  const names = [...new Set(named)].toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
  return { names, fewest: Math.min(...counts), most: Math.max(...counts) }
}

/** The networks behind the scores; nothing where none ran. */
function networksOf(uses: Measured['uses']): Pick<RecordProvenance, 'networks'> {
  const networks = uses.flatMap(({ key, network, digest }) =>
    network === undefined || digest === undefined ? [] : [{ key, network, digest }],
  )
  return networks.length === 0 ? {} : { networks }
}

/** The media of every scored clip; the videos were written as the clips were scored, the tracks are written here. */
async function describeMedia(
  { clips: all, names, store }: Measured,
  references: readonly ReferenceClip[],
  method: string,
  folder: string,
): Promise<RecordMedia> {
  const byId = new Map(references.map((clip) => [clip.id, clip]))
  const clips: RecordMedia['clips'] = []
  for (const clip of firstSamples(all)) {
    const reference = byId.get(clip.clip)
    if (reference === undefined) continue
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

/** Several samples of a clip have the one reference. */
function nameOnSide({ clip, sample }: ClipMeasurements, side: 'generated' | 'reference'): string {
  return sample === undefined || side === 'reference' ? clip : `${clip}@${sample}`
}

/** sha256 over the sorted lines "<clip> <frames' sha256>"; of several samples those generated are "<clip>@<sample> …". */
function digestOf(clips: readonly ClipMeasurements[], side: 'generated' | 'reference'): string {
  return hashBytes([...new Set(clips.map((line) => `${nameOnSide(line, side)} ${line[side]}\n`))].sort().join(''))
}
