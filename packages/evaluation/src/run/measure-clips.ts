import { benchmarkError } from '@kinemetric/benchmark'
import type { KinemetricError } from '@kinemetric/files'
import type { RecordFailure } from '@kinemetric/records'
import type { Journal } from '../journal/journal.ts'
import { loadGroup, type LoadedGroup, outcomesOf, type TaskOutcome } from './measure-group.ts'
import { failuresOf, type FoundTasks, type MethodCounts } from './find-pending.ts'
import type { TaskGroups } from './pending-tasks.ts'
import type { MeasuredMethod, MeasuringInput, Task } from './tasks.ts'

export interface Measuring extends Pick<MeasuringInput, 'references'> {
  /** Called before clips are measured here. */
  openNetworks: () => Promise<void>
  journalOf: (method: MeasuredMethod) => Journal
  /** Results folder of the protocol, for what is told in errors. */
  folder: string
  signal?: AbortSignal | undefined
  onStart?: ((event: { total: number; resumed: number }) => void) | undefined
  onClip?:
    | ((event: { done: number; total: number; clip: string; failure?: RecordFailure | undefined }) => void)
    | undefined
}

export interface MeasuringCounts {
  /** Tasks of each method, by its id. */
  methods: ReadonlyMap<string, MethodCounts>
  scoringMs: number
}

/**
 * Measures groups of tasks in any order, the outcomes of each given away before more is begun than can be held.
 * @throws KinemetricError `aborted`; what `keep` throws; what is no fault of a clip
 */
export type MeasureGroups = (
  groups: TaskGroups,
  keep: (outcomes: readonly TaskOutcome[]) => Promise<void>,
) => Promise<void>

/**
 * Every pending line of every method, each outcome in its method's journal before more than a few others are measured.
 * @param measure who measures what is not in the journals yet, which is told how much that is; here, one group after the other, where absent
 * @throws KinemetricError `aborted`; what the journals throw; what is no fault of a clip
 */
export async function measureClips(
  measuring: Measuring,
  { total, pending, methods }: FoundTasks,
  measure: (pending: number) => MeasureGroups | undefined = () => undefined,
): Promise<MeasuringCounts> {
  const begun = performance.now()
  let done = total - pending.length
  measuring.onStart?.({ total, resumed: done })
  const keep = async (outcomes: readonly TaskOutcome[]) => {
    for (const { task, outcome } of outcomes) {
      await measuring.journalOf(task.method).add(outcome)
      methods.get(task.method.id)?.failures.push(...failuresOf(outcome))
      const failure = 'failure' in outcome ? outcome.failure : undefined
      measuring.onClip?.({ done: ++done, total, clip: outcome.clip, failure })
    }
  }
  await (measure(pending.length) ?? oneByOne(measuring))(pending.groups(), keep)
  return { methods, scoringMs: performance.now() - begun }
}

/** Decoded, measured and forgotten one after the other, the next one being decoded meanwhile. */
function oneByOne({ references, openNetworks, folder, signal }: Measuring): MeasureGroups {
  const load = (group: readonly Task[] | undefined): Promise<LoadedGroup> | undefined =>
    group && loadGroup(group, references.protocol, signal)
  return async (groups, keep) => {
    if (groups.length > 0) await openNetworks()
    const groupAt = (index: number) => (index < groups.length ? groups.at(index) : undefined)
    let next = load(groupAt(0))
    for (let index = 0; index < groups.length; index++) {
      if (signal?.aborted === true) throw aborted(folder)
      const loaded = await next
      next = load(groupAt(index + 1))
      if (loaded !== undefined) await keep(await outcomesOf(loaded))
    }
  }
}

/** The error of a run that was stopped. */
export function aborted(folder: string, cause?: unknown): KinemetricError {
  return benchmarkError('aborted', folder, 'stopped; scored clips are kept and the next run goes on from there', {
    cause,
  })
}
