import { basename } from 'node:path'
import { metricsOf, protocolDigest } from '@kinemetric/benchmark'
import { hashBytes, jsonLine, writeWhole } from '@kinemetric/files'
import {
  type KinemetricRecord,
  type RecordFailure,
  type RecordMedia,
  type RecordMethod,
  type RecordProvenance,
  type Score,
  writeRecord,
  writeTable,
} from '@kinemetric/records'
import type { ReferenceSet } from '../clips/reference-clips.ts'
import { mediaEntry, writeTracks } from '../clips/write-previews.ts'
import type { ClipMeasurements, ClipOutcome } from '../journal/measurement.ts'
import type { MetricName } from '../plan/metric-name.ts'
import { readTracklets } from '../store/track-entries.ts'
import { compareMethods } from './compare-methods.ts'
import { conclude, type Measured } from './conclude.ts'
import { describeMachine } from './machine.ts'
import { recordTable } from './record-table.ts'

/** Where results go; see `recordPaths`. */
export interface ResultPaths {
  folder: string
  record: string
  table: string
  hashes: string
}

/** What a record says beside what was measured. */
export interface ResultContext {
  references: ReferenceSet
  method: RecordMethod
  provenance: Pick<RecordProvenance, 'code' | 'weights' | 'decoder' | 'provider'>
  /** Failures that belong to no reference clip. */
  failures: readonly RecordFailure[]
  /** What was left out. */
  warnings: readonly string[]
  /** Results folder, and the methods in it that this one is compared with. */
  out: string
  compareWith: readonly string[]
  /** Whether videos were written for the site. */
  previews: boolean
  onStage?: ((metrics: readonly MetricName[]) => void) | undefined
}

/**
 * Makes the record of finished journals and writes table, hashes and record, the record last. What it writes depends on what was measured and on the
 * context alone: nothing is opened, no pixel is read. @throws KinemetricError as `writeRecord`
 */
export async function writeResults(
  { outcomes, ...given }: Omit<Measured, 'clips'> & { outcomes: readonly ClipOutcome[] },
  context: ResultContext,
  paths: ResultPaths,
): Promise<{ record: KinemetricRecord; timings: Record<string, number> }> {
  const clips = outcomes.flatMap((outcome) => ('failure' in outcome ? [] : [outcome]))
  const measured: Measured = { ...given, clips }
  const begun = performance.now()
  const scores = await conclude(measured, context.onStage)
  const summaryMs = Math.round(performance.now() - begun)
  const record = describeRecord(measured, outcomes, scores, context, paths)
  const rows = recordTable(measured.names, clips)
  const own = { out: context.out, measured, provider: context.provenance.provider, scores, rows }
  const compared = await compareMethods(context.compareWith, own)
  if (compared.comparisons.length > 0) record.comparisons = compared.comparisons
  if (context.previews) record.media = await describeMedia(measured, context, paths.folder)
  const warnings = [...context.warnings, ...compared.warnings]
  if (warnings.length > 0) record.warnings = warnings
  await writeTable(paths.table, rows, { overwrite: true })
  const hashes = clips.map(
    ({ clip, generated, reference, frames }) => `${jsonLine({ clip, generated, reference, frames })}\n`,
  )
  await writeWhole(paths.hashes, hashes.join(''))
  await writeRecord(paths.record, record, { overwrite: true })
  return { record, timings: { summary: summaryMs } }
}

function describeRecord(
  { protocol, clips }: Measured,
  outcomes: readonly ClipOutcome[],
  scores: readonly Score[],
  { references, method, provenance, failures }: ResultContext,
  paths: ResultPaths,
): KinemetricRecord {
  const { id, version, title, window, excludedFrames, geometry } = protocol.identity
  const { code, weights, decoder, provider } = provenance
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
    method,
    scores: inOrder(
      scores,
      metricsOf(protocol).map(({ metric }) => metric),
    ),
    failures: [
      ...outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome.failure] : outcome.failures)),
      ...failures,
    ],
    clips: {
      total: references.clips.length + references.failures.length,
      scored: clips.length,
      failed: outcomes.length - clips.length + references.failures.length,
      table: basename(paths.table),
      hashes: basename(paths.hashes),
    },
    provenance: {
      code,
      weights,
      frames: { generated: digestOf(clips, 'generated'), reference: digestOf(clips, 'reference') },
      manifest: references.manifest,
      decoder,
      provider,
      machine: describeMachine(),
    },
  }
}

/** The media of every scored clip; the videos were written as the clips were scored, the tracks are written here. */
async function describeMedia(
  { clips: measured, store }: Measured,
  { references, method }: ResultContext,
  folder: string,
): Promise<RecordMedia> {
  const byId = new Map(references.clips.map((clip) => [clip.id, clip]))
  const clips: RecordMedia['clips'] = []
  for (const clip of measured) {
    const reference = byId.get(clip.clip)
    if (reference === undefined) continue
    const hasTracks = await writeTracks(folder, method.id, clip, (address) => readTracklets(store, address))
    clips.push(mediaEntry(method.id, reference, hasTracks))
  }
  return { clips }
}

function inOrder(scores: readonly Score[], order: readonly string[]): Score[] {
  const place = (metric: string) => (order.includes(metric) ? order.indexOf(metric) : order.length)
  return scores.toSorted((a, b) => place(a.metric) - place(b.metric))
}

/** sha256 over the sorted lines "<clip> <frames' sha256>". */
function digestOf(clips: readonly ClipMeasurements[], side: 'generated' | 'reference'): string {
  return hashBytes(
    clips
      .map((clip) => `${clip.clip} ${clip[side]}\n`)
      .sort()
      .join(''),
  )
}
