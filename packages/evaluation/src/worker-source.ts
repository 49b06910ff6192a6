import { StartedProcesses, type TaskSource } from '@kinemetric/files'
import type { OpeningOptions } from './evaluate-options.ts'
import type { WorkerOptions } from './measure-worker.ts'
import type { PlannedNeed } from './plan/metric-plan.ts'
import { costOfNeeds, jobsFor } from './run/jobs.ts'

/** So many measurements take long enough that a second at their beginning is nothing, while opening lists of a hundred thousand in several processes is not. */
const mostAhead = 2000

/** What a process opens that measures for an evaluation: `openMeasureWorker`. */
export function workerSource({ signal: _signal, onProgress: _onProgress, ...options }: OpeningOptions): TaskSource {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker: WorkerOptions = { ...options, threads: options.threads ?? 1 }
  return {
    module: new URL(`./measure-worker.${ending}`, import.meta.url).href,
    open: 'openMeasureWorker',
    args: [worker],
  }
}

/**
 * Starts the processes that will measure while the caller itself is still opening what it needs: half a second of a short run. Undefined where this process measures.
 * @param tasks at most so many measurements
 */
export function startAhead(
  options: OpeningOptions,
  needs: readonly PlannedNeed[],
  tasks: number,
): StartedProcesses | undefined {
  const jobs = jobsFor(options, costOfNeeds(needs), tasks)
  return jobs === 1 || tasks > mostAhead ? undefined : new StartedProcesses(workerSource(options), jobs)
}
