import { eachInProcesses, removeAbandoned } from '@kinemetric/files'
import { sampleFolder } from '@kinemetric/records'
import type { GeneratorOptions } from '../generator/generator.ts'
import type { NativeMethod } from '../methods/catalogue.ts'
import type { SampleTask } from './clip-generator.ts'
import type { Execution } from './execution.ts'
import type { GenerateWorkerOptions } from './generate-worker.ts'

/**
 * Makes and writes samples in processes of their own, one at a time each. What a sample is depends on its clip and number alone, so that everything written is the
 * same for any number of processes. @returns why there is no sample, of each task; undefined where there is one
 * @throws KinemetricError `process-failed` where one died; the signal's reason; what ended a sample that was no fault of its clip. No sample is left half written.
 */
export async function generateInProcesses(
  { id }: NativeMethod,
  tasks: readonly SampleTask[],
  { signal, ...options }: GeneratorOptions,
  { method: { spec }, manifest: { root }, native: { preview }, jobs, out, onClip }: Execution,
): Promise<(string | undefined)[]> {
  const told: GenerateWorkerOptions = { id, spec, root, out, preview, options }
  const messages: (string | undefined)[] = Array.from({ length: tasks.length })
  const done = new Set<number>()
  try {
    await eachInProcesses<string | undefined>(tasks, {
      source: { module: workerModule(), open: 'openGenerateWorker', args: [told] },
      jobs,
      signal,
      onResult: (message, index) => {
        messages[index] = message
        done.add(index)
        onClip(tasks[index].clip.id, message !== undefined)
      },
    })
    return messages
  } catch (error) {
    // Tasks are begun in their order: these are the ones that a process was at when it was ended.
    const begun = tasks.filter((_, index) => !done.has(index)).slice(0, jobs)
    for (const { clip, sample } of begun) await removeAbandoned(sampleFolder(out, clip.id, sample))
    throw error
  }
}

function workerModule(): string {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./generate-worker.${ending}`, import.meta.url).href
}
