import { availableParallelism } from 'node:os'
import { eachInProcesses, requireDisk } from '@kinemetric/files'
import type { DatasetClip, DatasetProblem } from '../datasets/dataset-adapter.ts'
import { portableClip } from '../datasets/source-kinds.ts'
import { requireJobs } from '../failures/require-jobs.ts'
import { type ItemOutcome, prepareOne, type PrepareOneOptions } from './prepare-one.ts'
import type { PrepareOptions } from './prepare-options.ts'
import { wantedDisk } from './cut/wanted-disk.ts'

export interface PrepareItemsOptions extends PrepareOneOptions {
  /** How many processes work; with one it is this one. As `PrepareOptions` has it. */
  jobs?: number | undefined
  onProgress?: PrepareOptions['onProgress']
  onWarning?: PrepareOptions['onWarning']
  /** Told of each outcome as it comes, in any order. @param index of the item */
  onOutcome?: ((index: number, outcome: ItemOutcome) => void) | undefined
}

/**
 * Prepares clips, several at a time where there are several jobs. What is made of a clip depends on the clip alone.
 * @returns what became of each, in their order
 * @throws what is no fault of a clip; the signal's reason; KinemetricError `bad-option` for jobs that are no number of processes, `disk-full` where what is going to
 * be written cannot fit
 */
export async function prepareItems(
  items: readonly (DatasetClip | DatasetProblem)[],
  { jobs: asked, onProgress, onWarning, onOutcome, ...options }: PrepareItemsOptions,
): Promise<ItemOutcome[]> {
  const jobs = asked === undefined ? usualJobs(items.length) : requireJobs(asked)
  const wanted = await wantedDisk(items, options.protocol, options.out)
  for (const message of await requireDisk(wanted, { who: 'this preparation' })) onWarning?.(message)
  const outcomes: ItemOutcome[] = Array.from({ length: items.length })
  const indices = items.map((_, index) => index)
  const portable = indices.map((index) => {
    const item = items[index]
    return jobs === 1 || 'problem' in item ? undefined : portableClip(item)
  })
  let count = 0
  const done = (index: number, outcome: ItemOutcome) => {
    outcomes[index] = outcome
    onOutcome?.(index, outcome)
    if ('lost' in outcome && outcome.lost !== undefined)
      onWarning?.(
        `${items[index].id}: ${outcome.lost} is not what was prepared (changed or lost): the clip is made again`,
      )
    const failure = 'reason' in outcome ? outcome : undefined
    onProgress?.({ done: ++count, total: items.length, clip: items[index].id, failure })
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
  const there = eachInProcesses<ItemOutcome>(
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

/** A process starts in half a second of processor time, which so many clips are worth; and each holds some 200 MiB, which a large machine has many times. */
const clipsAProcess = 8
const mostUnasked = 16

/** All cores, as probing takes them, where there is enough to do. */
function usualJobs(clips: number): number {
  return Math.max(1, Math.min(availableParallelism(), mostUnasked, Math.floor(clips / clipsAProcess)))
}

function workerModule(): string {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./prepare-worker.${ending}`, import.meta.url).href
}
