import { benchmarkError } from '@kinemetric/benchmark'
import type { KinemetricError } from '@kinemetric/files'
import type { RecordFailure } from '@kinemetric/records'
import type { LoadedClip } from '../clips/load-clip.ts'
import type { Journal } from '../journal/journal.ts'
import type { ClipOutcome } from '../journal/measurement.ts'
import type { FeatureCache } from '../store/feature-cache.ts'
import { loadTask, outcomeOf } from './measure-task.ts'
import { isDone, type MeasuringInput, type Task, tasksOf } from './tasks.ts'

export interface Measuring extends MeasuringInput {
  store: FeatureCache
  /** Results folder of the protocol, for what is told in errors. */
  folder: string
  signal?: AbortSignal | undefined
  onStart?: ((event: { total: number; resumed: number }) => void) | undefined
  onClip?:
    | ((event: { done: number; total: number; clip: string; failure?: RecordFailure | undefined }) => void)
    | undefined
}

export interface MeasuringCounts {
  resumed: number
  scoredNow: number
  scoringMs: number
}

/**
 * Measures tasks in any order, each outcome given away before more is begun than can be held.
 * @throws KinemetricError `aborted`; what `keep` throws; what is no fault of a clip
 */
export type MeasureTasks = (tasks: readonly Task[], keep: (outcome: ClipOutcome) => Promise<void>) => Promise<void>

/**
 * Every sample of every clip of the references, each outcome in the journal before more than a few others are measured.
 * @param measure who measures what is not in the journal yet, which is told how much that is; here, one task after the other, where absent
 * @throws KinemetricError `aborted`; what the journal throws; what is no fault of a clip
 */
export async function measureClips(
  measuring: Measuring,
  journal: Journal,
  measure: (pending: number) => MeasureTasks | undefined = () => undefined,
): Promise<MeasuringCounts> {
  const begun = performance.now()
  const tasks = tasksOf(measuring)
  const pending: Task[] = []
  for (const task of tasks) if (!(await isDone(measuring.store, journal, task))) pending.push(task)
  const resumed = tasks.length - pending.length
  measuring.onStart?.({ total: tasks.length, resumed })
  let done = resumed
  const keep = async (outcome: ClipOutcome) => {
    await journal.add(outcome)
    const failure = 'failure' in outcome ? outcome.failure : undefined
    measuring.onClip?.({ done: ++done, total: tasks.length, clip: outcome.clip, failure })
  }
  await (measure(pending.length) ?? oneByOne(measuring))(pending, keep)
  return { resumed, scoredNow: pending.length, scoringMs: performance.now() - begun }
}

/** Decoded, measured and forgotten one after the other, the next one being decoded meanwhile. */
function oneByOne({ references, folder, signal }: Measuring): MeasureTasks {
  const load = (task: Task | undefined): Promise<LoadedClip> | undefined =>
    task && loadTask(task, references.protocol, signal)
  return async (tasks, keep) => {
    let next = load(tasks[0])
    for (const [index, task] of tasks.entries()) {
      if (signal?.aborted === true) throw aborted(folder)
      const loaded = await next
      next = load(tasks[index + 1])
      if (loaded !== undefined) await keep(await outcomeOf(loaded, task))
    }
  }
}

/** The error of a run that was stopped. */
export function aborted(folder: string, cause?: unknown): KinemetricError {
  return benchmarkError('aborted', folder, 'stopped; scored clips are kept and the next run goes on from there', {
    cause,
  })
}
