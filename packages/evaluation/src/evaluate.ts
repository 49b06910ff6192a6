import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { removePartials, takeLock } from '@kinemetric/files'
import { type KinemetricRecord, recordPaths, type RunCost, type RunSidecar, writeRun } from '@kinemetric/records'
import { unrelatedOutcomes } from './conclude/unrelated-values.ts'
import { writeResults } from './conclude/write-results.ts'
import type { GeneratedSet } from './clips/generated-samples.ts'
import { runCost } from './clips/run-cost.ts'
import type { EvaluateMethodsOptions, EvaluateOptions, Evaluation } from './evaluate-options.ts'
import { goingPath, writeGoing } from './journal/going-file.ts'
import { Journal } from './journal/journal.ts'
import type { ClipOutcome } from './journal/measurement.ts'
import { leaveLabels } from './references/clip-labels.ts'
import type { ClipNames } from './references/clip-names.ts'
import type { MeasuringCounts } from './run/measure-clips.ts'
import { samplesOf } from './run/tasks.ts'
import { startAhead } from './worker-source.ts'
import { evaluationError, measureMethods, pendingOf, requireDiskFor } from './measure-methods.ts'
import { openEvaluation, type OpenEvaluation, type OpenMethod } from './open-evaluation.ts'

/**
 * Scores a folder of generated clips against references and writes `<out>/<protocol>/<method>.json` (the record), `.parquet` (values per clip and
 * frame), `.hashes.jsonl` and `.run.json`.
 *
 * Clips are decoded, scored and forgotten one after the other, the next one being decoded meanwhile. Each outcome is on the disk before the next clip
 * is scored, so that a run that was killed goes on where it stopped and ends with the same bytes.
 *
 * @throws KinemetricError: what `openEvaluation`, measuring and writing throw
 */
export async function evaluate({ generated, method, ...options }: EvaluateOptions): Promise<Evaluation> {
  const [evaluation] = await evaluateMethods({ ...options, methods: [{ generated, method }] })
  return evaluation
}

/**
 * The same of several methods in one pass: each reference clip is decoded once, and what networks make of it is made once. Each record is the one that its method
 * gets alone.
 * @returns in the order of the methods
 * @throws as `evaluate`; nothing is scored where one of the methods cannot be
 */
export async function evaluateMethods(options: EvaluateMethodsOptions): Promise<Evaluation[]> {
  const started = new Date()
  const run = await openEvaluation(options, (needs, tasks) => startAhead(options, needs, tasks))
  const { id } = run.references.protocol.identity
  const { folder } = recordPaths(options.out, id, '')
  const places: MethodPlace[] = []
  try {
    for (const opened of run.methods)
      places.push(await openPlace(opened, recordPaths(options.out, id, opened.method.id), options))
    const journals = new Map(places.map(({ opened, journal }) => [opened.method.id, journal]))
    const pending = await pendingOf(run, journals, folder, options)
    await requireDiskFor(run, pending, folder, options)
    for (const { opened, going } of places) {
      const { resumed, scoredNow } = pending.methods.get(opened.method.id)!
      const tasks = resumed + scoredNow
      await writeGoing(going, {
        name: opened.method.name,
        tasks,
        areClips: tasks === run.references.clips.names.length,
      })
    }
    const counts = await measureMethods(run, journals, pending, folder, options)
    await leaveLabels(folder, run.references.clips)
    const evaluations: Evaluation[] = []
    for (const place of places) {
      const { record, timings } = await concludeRun(run, place, options)
      // What was known before the first clip has been told already.
      for (const message of record.warnings ?? [])
        if (!place.opened.warnings.includes(message)) options.onProgress?.({ kind: 'warning', message })
      const sidecar = describeRun(run, record, {
        started,
        counts,
        timings,
        generation: runCost(place.opened.generated),
      })
      await writeRun(place.paths.run, sidecar)
      await place.finish()
      evaluations.push({ record, run: sidecar, paths: place.paths })
    }
    await rm(run.workFolder, { recursive: true, force: true })
    return evaluations
  } catch (error) {
    throw evaluationError(error, folder, options.signal)
  } finally {
    await run.close()
    for (const place of places) await place.close()
  }
}

/** Where a method's results go, locked, with the journal of what was measured of it. */
interface MethodPlace {
  opened: OpenMethod
  paths: Evaluation['paths']
  journal: Journal
  /** Path of what it is going to measure, as long as the journal is there. */
  going: string
  /** Removes both: the record is written. */
  finish(): Promise<void>
  close(): Promise<void>
}

async function openPlace(
  opened: OpenMethod,
  paths: Evaluation['paths'],
  { takeLock: take, restart }: EvaluateMethodsOptions,
): Promise<MethodPlace> {
  const unlock = await takeLock(join(paths.folder, `.${opened.method.id}.lock`), { take })
  try {
    const journalPath = join(paths.folder, `.${opened.method.id}.journal.jsonl`)
    // Others may be writing other methods' records in this folder.
    const going = goingPath(paths.folder, opened.method.id)
    await removePartials(paths.folder, {
      of: [paths.record, paths.table, paths.run, paths.hashes, journalPath, going],
    })
    await opened.requireWritable(paths.record, journalPath)
    const journal = await Journal.open(journalPath, opened.identity, restart === true)
    let isOpen = true
    return {
      opened,
      paths,
      journal,
      going,
      finish: async () => {
        isOpen = false
        await journal.remove()
        await rm(going, { force: true })
      },
      close: async () => {
        if (isOpen) await journal.close()
        await unlock()
      },
    }
  } catch (error) {
    await unlock()
    throw error
  }
}

function concludeRun(
  { references, cache }: OpenEvaluation,
  { opened, journal, paths }: MethodPlace,
  { previews = false, unrelated = 0, interval, onProgress }: EvaluateMethodsOptions,
): ReturnType<typeof writeResults> {
  const { generated, measuring, method, provenance, failures, warnings } = opened
  const concluded = { ...references, clips: references.clips.names }
  return writeResults(
    {
      protocol: references.protocol,
      uses: measuring.measurers.map(({ use }) => use),
      names: measuring.measurers.flatMap(({ names }) => names),
      outcomes: { [Symbol.iterator]: () => outcomesOf(references.clips.names, generated, journal) },
      pairs: unrelatedOutcomes(concluded, unrelated, (key) => journal.get(key)),
      interval,
      store: cache,
      onCost: (message) => onProgress?.({ kind: 'warning', message }),
    },
    {
      references: concluded,
      method,
      provenance,
      failures,
      warnings,
      unrelated,
      media: previews ? references.clips : undefined,
      onStage: (names) => onProgress?.({ kind: 'stage', stage: names.map(({ metric }) => metric.id).join(', ') }),
    },
    paths,
  )
}

/** What the journal has of every sample of every clip, in their order. */
function* outcomesOf(clips: ClipNames, generated: GeneratedSet, journal: Journal): Generator<ClipOutcome> {
  for (const { id } of clips)
    for (const sample of samplesOf(generated, id)) {
      const outcome = journal.get({ clip: id, sample: sample?.sample })
      if (outcome !== undefined) yield outcome
    }
}

function describeRun(
  run: OpenEvaluation,
  record: KinemetricRecord,
  {
    started,
    counts,
    timings,
    generation,
  }: { started: Date; counts: MeasuringCounts; timings: Record<string, number>; generation: RunCost | undefined },
): RunSidecar {
  const finished = new Date()
  const { resumed, scoredNow } = counts.methods.get(record.method.id)!
  return {
    schema: 'kinemetric/run@1',
    record: `${record.method.id}.json`,
    started: started.toISOString(),
    finished: finished.toISOString(),
    wallMs: finished.getTime() - started.getTime(),
    // kilobytes on every system that Node runs on
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    clips: {
      total: record.clips.total,
      resumed,
      scoredNow,
      failed: record.clips.failed,
    },
    cache: { enabled: run.cache.enabled, ...run.cache.counters },
    timingsMs: { scoring: Math.round(counts.scoringMs), ...timings },
    warnings: run.runWarnings,
    ...(generation === undefined ? {} : { generation }),
  }
}
