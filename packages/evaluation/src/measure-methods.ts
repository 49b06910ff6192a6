import { benchmarkError } from '@kinemetric/benchmark'
import { isDiskFull, isError, isForeseenFull, requireDisk } from '@kinemetric/files'
import type { OpeningOptions } from './evaluate-options.ts'
import type { Journal } from './journal/journal.ts'
import type { OutcomeLookup } from './journal/journal-lines.ts'
import { inputsOf, measuringOf } from './measuring-of.ts'
import type { OpenEvaluation } from './open-evaluation.ts'
import { metricKey } from './plan/metric-name.ts'
import { costOf, jobsFor } from './run/jobs.ts'
import { aborted, measureClips, type MeasureGroups, type MeasuringCounts } from './run/measure-clips.ts'
import { findPending, type FoundTasks } from './run/find-pending.ts'
import { inProcesses } from './run/measure-in-processes.ts'
import { wantedDisk } from './run/wanted-disk.ts'
import { workerSource } from './worker-source.ts'

/**
 * What the journals of an evaluation's methods lack.
 * @param journals by the methods' ids
 * @param folder results folder of the protocol
 * @param othersOf what was measured elsewhere of a method
 * @throws as `findPending`
 */
export function pendingOf(
  run: OpenEvaluation,
  journals: ReadonlyMap<string, Journal>,
  folder: string,
  options: OpeningOptions,
  othersOf?: (method: string) => OutcomeLookup,
): Promise<FoundTasks> {
  return findPending({
    ...measuringOf(run, options, folder),
    store: run.cache,
    journalOf: ({ id }) => journals.get(id)!,
    othersOf: othersOf && (({ id }) => othersOf(id)),
  })
}

/**
 * Holds what measuring is going to write against what the disks have, before it begins; where that may not be enough it is told.
 * @throws KinemetricError `disk-full` where it cannot be enough
 */
export async function requireDiskFor(
  { references, cache, runWarnings }: OpenEvaluation,
  { pending }: FoundTasks,
  folder: string,
  { onProgress }: OpeningOptions,
): Promise<void> {
  const wanted = wantedDisk(pending, references.protocol, { folder, kept: cache.writesTo })
  for (const message of await requireDisk(wanted, { who: 'this run' })) {
    runWarnings.push(message)
    onProgress?.({ kind: 'warning', message })
  }
  const bytes = wanted.reduce((sum, { least, most }) => sum + (most ?? least), 0)
  if (bytes > 0) onProgress?.({ kind: 'disk', bytes })
}

/**
 * Measures what the journals of an evaluation's methods lack, here or in processes of their own.
 * @param journals by the methods' ids
 * @param pending as `pendingOf` found it
 * @param folder results folder of the protocol
 * @throws as `measureClips`
 */
export function measureMethods(
  run: OpenEvaluation,
  journals: ReadonlyMap<string, Journal>,
  pending: FoundTasks,
  folder: string,
  options: OpeningOptions,
): Promise<MeasuringCounts> {
  const { signal, onProgress } = options
  const names = run.methods.flatMap(({ measuring }) => measuring.measurers.flatMap((each) => each.names))
  const metrics = [...new Set(names.map(metricKey))]
  return measureClips(
    {
      references: run.references,
      openNetworks: () => run.openNetworks(),
      journalOf: ({ id }) => journals.get(id)!,
      folder,
      signal,
      onStart: (event) => onProgress?.({ kind: 'start', ...event, metrics }),
      onClip: (event) => onProgress?.({ kind: 'clip', ...event }),
    },
    pending,
    (count) => elsewhere(run, options, count, folder),
  )
}

/** What measures in processes of their own, where several are to. */
function elsewhere(
  run: OpenEvaluation,
  { signal, onProgress, ...options }: OpeningOptions,
  pending: number,
  folder: string,
): MeasureGroups | undefined {
  const { methods, cache, runWarnings } = run
  const measurers = methods.flatMap(({ measuring }) => measuring.measurers)
  const jobs = jobsFor(options, costOf(measurers), pending)
  if (jobs === 1) return undefined
  return inProcesses({
    jobs,
    source: workerSource(options),
    started: run.started,
    folder,
    inputs: inputsOf(run),
    cache,
    signal,
    onWarning: (message) => {
      runWarnings.push(message)
      onProgress?.({ kind: 'warning', message })
    },
  })
}

/** What ended an evaluation, in words for whoever runs it. @param folder results folder of the protocol */
export function evaluationError(error: unknown, folder: string, signal: AbortSignal | undefined): unknown {
  if (isError(error, 'stopped')) return error
  // Decoding was stopped in the middle of a clip.
  if (signal?.aborted === true) return aborted(folder, error)
  // Seen before anything was measured: it says how much is wanted.
  if (isForeseenFull(error)) return error
  if (isDiskFull(error))
    return benchmarkError('disk-full', folder, 'no space left; scored clips are kept, run again when there is space', {
      cause: error,
    })
  if (isError(error, 'disk', 'write-failed'))
    return benchmarkError('write-failed', folder, error.message, { cause: error })
  return error
}
