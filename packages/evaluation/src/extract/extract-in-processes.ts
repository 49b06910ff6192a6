import { eachInProcesses } from '@kinemetric/files'
import { addCounters } from '../store/cache-counters.ts'
import type { FeatureCache } from '../store/feature-cache.ts'
import type { ExtractClips } from './extract-features.ts'
import { changedMeanwhile, type ExtractWorkerOptions, type ExtractWorkerResult } from './extract-worker.ts'

/** So many clips a process may be done before an earlier one: their rows wait in memory. */
const ahead = 16

export interface ExtractingProcesses extends Omit<ExtractWorkerOptions, 'cache'> {
  jobs: number
  /** Of the network's tensors: a process that finds others ends the run. */
  digest: string
  /** Where what caches did in the processes is added up. */
  cache: FeatureCache | undefined
  signal?: AbortSignal | undefined
}

/**
 * Makes features in processes of their own, a clip at a time each. A clip's rows depend on the clip alone, so that a matrix is the same for any number of them.
 * @throws KinemetricError `process-failed`, `other-inputs`; the signal's reason; what ended a clip's work that was no fault of the clip
 */
export function inProcesses({ jobs, digest, cache, signal, ...options }: ExtractingProcesses): ExtractClips {
  const module = new URL(`./extract-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url).href
  const args: [ExtractWorkerOptions] = [{ ...options, cache: cache?.folder }]
  return async (clips, take) => {
    const told = new Set<string>()
    await eachInProcesses<ExtractWorkerResult>(
      clips.map(({ id }) => id),
      {
        source: { module, open: 'openExtractWorker', args },
        jobs,
        signal,
        ahead: ahead * jobs,
        onResult: async (result, index) => {
          if (result.digest !== digest)
            throw changedMeanwhile(options.source, 'other weights in a process that began later')
          if (cache !== undefined) addCounters(cache.counters, result.counters)
          for (const message of result.warnings) if (!told.has(message)) cache?.warn(message)
          for (const message of result.warnings) told.add(message)
          await take(result.features, index)
        },
      },
    )
  }
}
