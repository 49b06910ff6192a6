import { eachInProcesses } from '@kinemetric/files'
import type { ClipFailure } from '@kinemetric/records'
import type { DatasetClip, DatasetProblem } from '../datasets/dataset-adapter.ts'
import { portableClip } from '../datasets/source-kinds.ts'
import { type PreparedClip, prepareOne, type PrepareOneOptions } from './prepare-one.ts'

type Outcome = PreparedClip | ClipFailure

export interface PrepareItemsOptions extends PrepareOneOptions {
  /** How many processes work; with one it is this one. */
  jobs: number
  onOutcome: (item: DatasetClip | DatasetProblem, outcome: Outcome) => void
}

/**
 * Prepares clips, several at a time where there are several jobs. What is made of a clip depends on the clip alone.
 * @returns what became of each, in their order
 * @throws what is no fault of a clip; the signal's reason
 */
export async function prepareItems(
  items: readonly (DatasetClip | DatasetProblem)[],
  { jobs, onOutcome, ...options }: PrepareItemsOptions,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = Array.from({ length: items.length })
  const indices = items.map((_, index) => index)
  const portable = indices.map((index) => {
    const item = items[index]
    return jobs === 1 || 'problem' in item ? undefined : portableClip(item)
  })
  const done = (index: number, outcome: Outcome) => {
    outcomes[index] = outcome
    onOutcome(items[index], outcome)
  }
  let broken = false
  const here = async () => {
    for (const index of indices) {
      if (portable[index] !== undefined) continue
      if (broken) return
      options.signal?.throwIfAborted()
      done(index, await prepareOne(items[index], options))
    }
  }
  const moved = indices.filter((index) => portable[index] !== undefined)
  if (moved.length === 0) {
    await here()
    return outcomes
  }
  const { signal, ...forWorkers } = options
  const failed = new AbortController()
  const either = AbortSignal.any(signal === undefined ? [failed.signal] : [signal, failed.signal])
  const there = eachInProcesses<Outcome>(
    moved.map((index) => portable[index]),
    {
      source: { module: workerModule(), open: 'openPrepareWorker', args: [forWorkers] },
      jobs,
      signal: either,
      onResult: (outcome, task) => done(moved[task], outcome),
    },
  )
  there.catch(() => (broken = true))
  const endings = await Promise.allSettled([
    there,
    here().catch((error: unknown) => {
      // What ends the run here ends it there.
      failed.abort(error)
      throw error
    }),
  ])
  for (const ending of endings.toReversed()) if (ending.status === 'rejected') throw ending.reason
  return outcomes
}

function workerModule(): string {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./prepare-worker.${ending}`, import.meta.url).href
}
