import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { benchmarkError } from '@kinemetric/benchmark'
import { isDiskFull, isError, removePartials, takeLock } from '@kinemetric/files'
import { type KinemetricRecord, recordPaths, type RunSidecar, writeRun } from '@kinemetric/records'
import { unrelatedOutcomes } from './conclude/unrelated-values.ts'
import { type ResultPaths, writeResults } from './conclude/write-results.ts'
import type { EvaluateOptions, Evaluation } from './evaluate-options.ts'
import { Journal } from './journal/journal.ts'
import { jobsFor } from './run/jobs.ts'
import { aborted, measureClips, type MeasureTasks, type MeasuringCounts } from './run/measure-clips.ts'
import { inProcesses } from './run/measure-in-processes.ts'
import { samplesOf } from './run/tasks.ts'
import { openEvaluation, type OpenEvaluation } from './open-evaluation.ts'
import { metricKey } from './plan/metric-name.ts'

/**
 * Scores a folder of generated clips against references and writes `<out>/<protocol>/<method>.json` (the record), `.parquet` (values per clip and
 * frame), `.hashes.jsonl` and `.run.json`.
 *
 * Clips are decoded, scored and forgotten one after the other, the next one being decoded meanwhile. Each outcome is on the disk before the next clip
 * is scored, so that a run that was killed goes on where it stopped and ends with the same bytes.
 *
 * @throws KinemetricError: what `openEvaluation`, measuring and writing throw
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const started = new Date()
  const run = await openEvaluation(options)
  const paths = recordPaths(options.out, run.references.protocol.identity.id, run.method.id)
  let unlock: (() => Promise<void>) | undefined
  let journal: Journal | undefined
  try {
    unlock = await takeLock(join(paths.folder, `.${run.method.id}.lock`), { take: options.takeLock })
    const journalPath = join(paths.folder, `.${run.method.id}.journal.jsonl`)
    // Others may be writing other methods' records in this folder.
    await removePartials(paths.folder, { of: [paths.record, paths.table, paths.run, paths.hashes, journalPath] })
    await run.requireWritable(paths.record, journalPath)
    journal = await Journal.open(journalPath, run.identity, options.restart === true)
    const counts = await measure(run, journal, paths.folder, options)
    const { record, timings } = await concludeRun(run, journal, paths, options)
    // What was known before the first clip has been told already.
    for (const message of record.warnings ?? [])
      if (!run.warnings.includes(message)) options.onProgress?.({ kind: 'warning', message })
    const sidecar = describeRun(run, record, { started, counts, timings })
    await writeRun(paths.run, sidecar)
    await journal.remove()
    journal = undefined
    await rm(run.workFolder, { recursive: true, force: true })
    return { record, run: sidecar, paths }
  } catch (error) {
    throw evaluationError(error, paths.folder, options.signal)
  } finally {
    await journal?.close()
    await run.measuring.close()
    await unlock?.()
  }
}

function measure(
  run: OpenEvaluation,
  journal: Journal,
  folder: string,
  options: EvaluateOptions,
): Promise<MeasuringCounts> {
  const { references, generated, measuring, cache, method } = run
  const { signal, unrelated, onProgress } = options
  const metrics = measuring.measurers.flatMap(({ names }) => names.map(metricKey))
  return measureClips(
    {
      references,
      generated,
      measurers: measuring.measurers,
      store: cache,
      folder,
      previews: options.previews === true ? { folder, method: method.id } : undefined,
      unrelated,
      signal,
      onStart: (event) => onProgress?.({ kind: 'start', ...event, metrics }),
      onClip: (event) => onProgress?.({ kind: 'clip', ...event }),
    },
    journal,
    (pending) => elsewhere(run, options, pending, folder),
  )
}

/** What measures in processes of their own, where several are to. */
function elsewhere(
  { measuring, cache, identity, runWarnings }: OpenEvaluation,
  { signal, onProgress, ...options }: EvaluateOptions,
  pending: number,
  folder: string,
): MeasureTasks | undefined {
  const jobs = jobsFor(options, measuring.measurers, pending)
  if (jobs === 1) return undefined
  const measureThere = inProcesses({
    jobs,
    source: {
      module: workerModule(),
      open: 'openMeasureWorker',
      args: [{ ...options, jobs, threads: options.threads ?? 1 }],
    },
    folder,
    identity,
    cache,
    signal,
    onWarning: (message) => {
      runWarnings.push(message)
      onProgress?.({ kind: 'warning', message })
    },
  })
  return async (...wanted) => {
    // They open the networks for themselves: this process holds none meanwhile.
    await measuring.close()
    await measureThere(...wanted)
  }
}

function workerModule(): string {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./measure-worker.${ending}`, import.meta.url).href
}

function concludeRun(
  { references, generated, measuring, cache, method, provenance, failures, warnings }: OpenEvaluation,
  journal: Journal,
  paths: ResultPaths,
  { previews = false, unrelated = 0, interval, onProgress }: EvaluateOptions,
): ReturnType<typeof writeResults> {
  return writeResults(
    {
      protocol: references.protocol,
      uses: measuring.measurers.map(({ use }) => use),
      names: measuring.measurers.flatMap(({ names }) => names),
      outcomes: references.clips.flatMap(({ id }) =>
        samplesOf(generated, id).flatMap((sample) => journal.get({ clip: id, sample: sample?.sample }) ?? []),
      ),
      pairs: unrelatedOutcomes(references, unrelated, (key) => journal.get(key)),
      interval,
      store: cache,
    },
    {
      references,
      method,
      provenance,
      failures,
      warnings,
      unrelated,
      previews,
      onStage: (names) => onProgress?.({ kind: 'stage', stage: names.map(({ metric }) => metric.id).join(', ') }),
    },
    paths,
  )
}

function describeRun(
  run: OpenEvaluation,
  record: KinemetricRecord,
  { started, counts, timings }: { started: Date; counts: MeasuringCounts; timings: Record<string, number> },
): RunSidecar {
  const finished = new Date()
  return {
    schema: 'kinemetric/run@1',
    record: `${run.method.id}.json`,
    started: started.toISOString(),
    finished: finished.toISOString(),
    wallMs: finished.getTime() - started.getTime(),
    // kilobytes on every system that Node runs on
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    clips: {
      total: record.clips.total,
      resumed: counts.resumed,
      scoredNow: counts.scoredNow,
      failed: record.clips.failed,
    },
    cache: { enabled: run.cache.enabled, ...run.cache.counters },
    timingsMs: { scoring: Math.round(counts.scoringMs), ...timings },
    warnings: run.runWarnings,
  }
}

function evaluationError(error: unknown, folder: string, signal: AbortSignal | undefined): unknown {
  if (isError(error, 'stopped')) return error
  // Decoding was stopped in the middle of a clip.
  if (signal?.aborted === true) return aborted(folder, error)
  if (isDiskFull(error))
    return benchmarkError('disk-full', folder, 'no space left; scored clips are kept, run again when there is space', {
      cause: error,
    })
  if (isError(error, 'disk', 'write-failed'))
    return benchmarkError('write-failed', folder, error.message, { cause: error })
  return error
}
