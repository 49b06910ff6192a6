import { benchmarkError } from '@kinemetric/benchmark'
import { eachInProcesses, type StartedProcesses, type TaskSource } from '@kinemetric/files'
import { addCounters } from '../store/cache-counters.ts'
import type { FeatureCache } from '../store/feature-cache.ts'
import type { MeasureGroups } from './measure-clips.ts'
import type { Task, TaskKey } from './tasks.ts'
import type { WorkerResult } from './worker-result.ts'

export interface MeasuringProcesses {
  jobs: number
  /** Opens what does a group of tasks, given their keys: see `openMeasureWorker`. */
  source: TaskSource
  /** Of that source, started already. */
  started?: StartedProcesses | undefined
  /** Results folder of the protocol, for what is told in errors. */
  folder: string
  /** Digests of what the caller found: a process that finds others ends the run. */
  inputs: readonly string[]
  /** Where what caches did in the processes is added up. */
  cache: FeatureCache
  signal?: AbortSignal | undefined
  onWarning: (message: string) => void
}

/**
 * Measures in processes of their own, a task at a time each. What is measured of a task depends on the task alone, so that a record is the same for any number of
 * them. @throws KinemetricError `process-failed`, `other-inputs`; the signal's reason; what ended a task that was no fault of its clip
 */
export function inProcesses({
  jobs,
  source,
  started,
  folder,
  inputs,
  cache,
  signal,
  onWarning,
}: MeasuringProcesses): MeasureGroups {
  return async (groups, keep) => {
    const told = new Set<string>()
    const take = async ({ outcomes, inputs: found, counters, warnings }: WorkerResult, index: number) => {
      if (!inputs.every((digest, at) => digest === found[at]))
        throw benchmarkError('other-inputs', folder, {
          expected: 'files that stay as they are while they are scored',
          found: 'others in a process that began later',
        })
      addCounters(cache.counters, counters)
      for (const message of warnings) if (!told.has(message)) onWarning(message)
      for (const message of warnings) told.add(message)
      await keep(groups.at(index).map((task, at) => ({ task, outcome: outcomes[at] })))
    }
    // What was measured is kept, whatever ends the run.
    await eachInProcesses<WorkerResult>(
      { length: groups.length, at: (index) => groups.at(index).map(keyOf) },
      { source, jobs, signal, started, onResult: take },
    )
  }
}

function keyOf({ method, key }: Task): TaskKey {
  return { method: method.id, key }
}
