import { join } from 'node:path'
import type { CacheCounters } from '@kinemetric/records'
import type { EvaluateOptions } from './evaluate-options.ts'
import { identityDigest } from './journal/journal-identity.ts'
import { type OutcomeKey, outcomeKey } from './journal/measurement.ts'
import { openEvaluation } from './open-evaluation.ts'
import { loadTask, outcomeOf } from './run/measure-task.ts'
import { tasksOf } from './run/tasks.ts'
import type { WorkerResult } from './run/worker-result.ts'

/** What a process of its own is told: all but what cannot cross. */
export type WorkerOptions = Omit<EvaluateOptions, 'signal' | 'onProgress'>

/** Opens an evaluation in a process of its own. @returns what measures the task of a key @throws as `openEvaluation` */
export async function openMeasureWorker(options: WorkerOptions): Promise<(key: OutcomeKey) => Promise<WorkerResult>> {
  const { references, generated, measuring, cache, method, identity, runWarnings } = await openEvaluation(options)
  const { protocol } = references
  const digest = identityDigest(identity)
  const folder = join(options.out, protocol.identity.id)
  const tasks = new Map(
    tasksOf({
      references,
      generated,
      measurers: measuring.measurers,
      previews: options.previews === true ? { folder, method: method.id } : undefined,
      unrelated: options.unrelated,
    }).map((task) => [outcomeKey(task.key), task]),
  )
  let before = structuredClone(cache.counters)
  return async (key) => {
    const task = tasks.get(outcomeKey(key))
    // Its files went away since the caller looked.
    if (task === undefined) throw new Error(`no task ${outcomeKey(key)} is known here`)
    const outcome = await outcomeOf(await loadTask(task, protocol, undefined), task)
    const now = structuredClone(cache.counters)
    const counters = {
      generated: since(before.generated, now.generated),
      reference: since(before.reference, now.reference),
    }
    before = now
    return { outcome, identity: digest, counters, warnings: runWarnings.splice(0) }
  }
}

function since(before: CacheCounters, now: CacheCounters): CacheCounters {
  return {
    hits: now.hits - before.hits,
    misses: now.misses - before.misses,
    rejected: now.rejected - before.rejected,
    networkRuns: now.networkRuns - before.networkRuns,
  }
}
