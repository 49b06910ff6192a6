import { join } from 'node:path'
import { benchmarkError } from '@kinemetric/benchmark'
import type { OpeningOptions } from './evaluate-options.ts'
import { inputsOf, measuringOf } from './measuring-of.ts'
import { openEvaluation } from './open-evaluation.ts'
import { loadGroup, outcomesOf } from './run/measure-group.ts'
import { findTask, type TaskKey } from './run/tasks.ts'
import type { WorkerResult } from './run/worker-result.ts'
import { countersSince } from './store/cache-counters.ts'

/** What a process of its own is told: all but what cannot cross. */
export type WorkerOptions = Omit<OpeningOptions, 'signal' | 'onProgress'>

/** Opens an evaluation in a process of its own. @returns what measures a group of tasks, given their keys @throws as `openEvaluation` */
export async function openMeasureWorker(options: WorkerOptions): Promise<(keys: TaskKey[]) => Promise<WorkerResult>> {
  const run = await openEvaluation(options)
  await run.openNetworks()
  const { references, cache, runWarnings } = run
  const inputs = inputsOf(run)
  const folder = join(options.out, references.protocol.identity.id)
  const input = measuringOf(run, options, folder)
  let before = structuredClone(cache.counters)
  return async (keys) => {
    const group = keys.map((key) => {
      const task = findTask(input, key)
      if (task === undefined)
        throw benchmarkError('other-inputs', folder, {
          expected: 'files that stay as they are while they are scored',
          found: `none of ${JSON.stringify(key)} any more`,
        })
      return task
    })
    const done = await outcomesOf(await loadGroup(group, references.protocol, undefined))
    const now = structuredClone(cache.counters)
    const counters = countersSince(before, now)
    before = now
    return { outcomes: done.map(({ outcome }) => outcome), inputs, counters, warnings: runWarnings.splice(0) }
  }
}
