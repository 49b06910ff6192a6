import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { clipValue, metricCatalogue } from '@kinemetric/metrics'
import { jsonLine, writeWhole } from '@kinemetric/files'
import {
  type KinemetricRecord,
  type RecordFailure,
  type RecordMedia,
  type TableRow,
  writeRecord,
  writeTable,
} from '@kinemetric/records'
import { fromStored, type ScoredClip } from '../journal/measurement.ts'
import { compareMethods } from './compare-methods.ts'
import type { EvaluateOptions } from '../evaluate-options.ts'
import type { Journal } from '../journal/journal.ts'
import { describeMachine } from './machine.ts'
import type { OpenEvaluation } from '../open-evaluation.ts'
import { metricsOf, protocolDigest } from '@kinemetric/benchmark'
import { readTracklets } from '../store/track-entries.ts'
import { mediaEntry, writeTracks } from '../clips/write-previews.ts'

/** Where results go; see `recordPaths`. */
export interface ResultPaths {
  folder: string
  record: string
  table: string
  hashes: string
}

/**
 * Makes the record of a finished journal and writes table, hashes and record, the record last. What it writes depends on the journal and the inputs
 * alone. @throws KinemetricError as `writeRecord`
 */
export async function writeResults(
  run: OpenEvaluation,
  journal: Journal,
  paths: ResultPaths,
  options: EvaluateOptions,
): Promise<{ record: KinemetricRecord; timings: Record<string, number> }> {
  const { clips, protocol } = run.references
  const scored: ScoredClip[] = []
  const failures: RecordFailure[] = []
  let failed = 0
  for (const { id } of clips) {
    const outcome = journal.get(id)
    if (outcome === undefined) continue
    if ('failure' in outcome) {
      failures.push(outcome.failure)
      failed++
    } else {
      scored.push(outcome)
      failures.push(...outcome.failures)
    }
  }
  failures.push(...run.failures)
  const begun = performance.now()
  const scores = []
  for (const scorer of run.scorers) {
    options.onProgress?.({ kind: 'stage', stage: scorer.keys.map((key) => key.split('/')[0]).join(', ') })
    scores.push(...(await scorer.summarise(scored)))
  }
  const summaryMs = Math.round(performance.now() - begun)
  const record: KinemetricRecord = {
    schema: 'kinemetric/record@1',
    kind: 'measurement',
    protocol: {
      id: protocol.identity.id,
      version: protocol.identity.version,
      title: protocol.identity.title,
      frames: protocol.identity.window.frames,
      excludedFrames: protocol.identity.excludedFrames,
      size: protocol.identity.geometry?.size ?? null,
      digest: protocolDigest(protocol),
    },
    method: run.method,
    scores: inProtocolOrder(
      scores,
      metricsOf(protocol).map(({ metric }) => metric),
    ),
    failures,
    clips: {
      total: clips.length + run.references.failures.length,
      scored: scored.length,
      failed: failed + run.references.failures.length,
      table: basename(paths.table),
      hashes: basename(paths.hashes),
    },
    provenance: {
      code: run.code,
      weights: run.weights,
      frames: { generated: digestOf(scored, 'generated'), reference: digestOf(scored, 'reference') },
      manifest: run.references.manifest,
      decoder: run.decoder,
      provider: run.provider,
      machine: describeMachine(),
    },
  }
  const rows = tableRows(scored)
  const own = { out: options.out, protocol, scorers: run.scorers, scores, rows, clips: scored }
  const compared = await compareMethods(options.compareWith ?? [], own)
  if (compared.comparisons.length > 0) record.comparisons = compared.comparisons
  if (options.previews === true) record.media = await describeMedia(run, scored, paths.folder)
  const warnings = [
    ...run.warnings,
    ...compared.warnings,
    ...scored.flatMap((clip) => clip.warnings.map((warning) => `${clip.clip}: ${warning}`)),
  ]
  if (warnings.length > 0) record.warnings = warnings
  await writeTable(paths.table, rows, { overwrite: true })
  const hashes = scored.map(
    ({ clip, generated, reference, frames }) => `${jsonLine({ clip, generated, reference, frames })}\n`,
  )
  await writeWhole(paths.hashes, hashes.join(''))
  await writeRecord(paths.record, record, { overwrite: true })
  return { record, timings: { summary: summaryMs } }
}

/** The media of every scored clip; the videos were written as the clips were scored, the tracks are written here. */
async function describeMedia(run: OpenEvaluation, scored: readonly ScoredClip[], folder: string): Promise<RecordMedia> {
  const byId = new Map(run.references.clips.map((clip) => [clip.id, clip]))
  const clips: RecordMedia['clips'] = []
  for (const outcome of scored) {
    const reference = byId.get(outcome.clip)
    if (reference === undefined) continue
    const hasTracks = await writeTracks(folder, run.method.id, outcome, (address) => readTracklets(run.cache, address))
    clips.push(mediaEntry(run.method.id, reference, hasTracks))
  }
  return { clips }
}

function inProtocolOrder<T extends { metric: string }>(scores: readonly T[], order: readonly string[]): T[] {
  const place = (metric: string) => (order.includes(metric) ? order.indexOf(metric) : order.length)
  return scores.toSorted((a, b) => place(a.metric) - place(b.metric))
}

/** Every frame's value and, at frame −1, the clip's own (their mean, or what the recipe makes of them). */
function tableRows(scored: readonly ScoredClip[]): TableRow[] {
  const rows: TableRow[] = []
  for (const { clip, values } of scored) {
    for (const [key, entry] of Object.entries(values)) {
      const slash = key.indexOf('/')
      const [metric, recipe] = [key.slice(0, slash), key.slice(slash + 1)]
      const numbers = entry.values.map(fromStored)
      for (const [i, frame] of entry.frames.entries()) rows.push({ clip, frame, metric, recipe, value: numbers[i] })
      if (!entry.frames.includes(-1))
        rows.push({ clip, frame: -1, metric, recipe, value: ofClip(metric, recipe, numbers) })
    }
  }
  return rows
}

function ofClip(metric: string, recipe: string, values: readonly number[]): number {
  const info = metricCatalogue.find((candidate) => candidate.id === metric)
  const defined = Float64Array.from(values.filter((value) => !Number.isNaN(value)))
  return info === undefined || defined.length === 0 ? Number.NaN : clipValue(info, recipe.split('/')[0], defined)
}

/** sha256 over the sorted lines "<clip> <frames' sha256>". */
function digestOf(scored: readonly ScoredClip[], side: 'generated' | 'reference'): string {
  const lines = scored.map((clip) => `${clip.clip} ${clip[side]}\n`).sort()
  return createHash('sha256').update(lines.join('')).digest('hex')
}
