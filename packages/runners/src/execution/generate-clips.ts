import type { GeneratorOptions } from '../generator/generator.ts'
import type { NativeMethod } from '../methods/catalogue.ts'
import { type ClipGenerator, openClipGenerator, type SampleTask, sampleTasks } from './clip-generator.ts'
import type { Execution, ExecutionResult } from './execution.ts'
import { generateInProcesses } from './generate-in-processes.ts'
import { keepSample, type Made, makeSample } from './make-sample.ts'
import { rateNote } from './rate-note.ts'

/**
 * Runs a generator over samples of clips: here, as many at a time as it takes, or in as many processes as the execution has jobs. What a clip lacks, and what
 * breaks over it, is that clip's failure; a full disk, missing weights and an abort end the run.
 */
export async function generateClips(native: NativeMethod, execution: Execution): Promise<ExecutionResult> {
  const { method, device, settings, searchPath, manifest, jobs } = execution
  const signal = execution.signal ?? new AbortController().signal
  const options: GeneratorOptions = { ...execution.native, device, settings, searchPath, signal }
  // Here in any case: what it refuses is refused before anything is written.
  const generator = await openClipGenerator(native, method.spec, manifest.root, options)
  try {
    await execution.onWeights(generator.weights)
    const tasks = await sampleTasks(native, execution)
    const messages = await (jobs > 1
      ? generateInProcesses(native, tasks, options, execution)
      : generateHere(generator, tasks, { ...execution, signal }))
    const failures = tasks.flatMap(({ clip, sample }, at) => {
      const message = messages[at]
      return message === undefined ? [] : [{ clip: clip.id, sample, message }]
    })
    return { failures }
  } finally {
    await generator.close()
  }
}

/** @returns why there is no sample, of each task; undefined where there is one */
async function generateHere(
  generator: ClipGenerator,
  tasks: readonly SampleTask[],
  execution: Execution & { signal: AbortSignal },
): Promise<(string | undefined)[]> {
  const { signal, out, onStep, onClip, native } = execution
  const messages: (string | undefined)[] = Array.from({ length: tasks.length })
  const queue = [...tasks.entries()]
  const noteRate = rateNote(execution)
  const endRun = (error: unknown) => {
    queue.length = 0
    throw error
  }
  const how = { out, signal, weights: generator.weights, preview: native.preview }
  const keep = async (index: number, made: Made): Promise<void> => {
    const { clip } = tasks[index]
    const message = await keepSample(made, tasks[index], how).catch(endRun)
    messages[index] = message
    if (message === undefined && 'generation' in made) await noteRate(clip, made.stepSeconds)
    onClip(clip.id, message !== undefined)
  }
  // A device does not wait for the disk: where one sample is made at a time, the next is begun while it is written.
  const waits = generator.concurrent > 1
  const worker = async () => {
    let writing = Promise.resolve()
    let next: ReturnType<ClipGenerator['ready']> | undefined
    try {
      for (let wanted = queue.shift(); wanted !== undefined; wanted = queue.shift()) {
        signal.throwIfAborted()
        const [index, task] = wanted
        const generate = next ?? generator.ready(task)
        next = undefined
        let begunSteps = false
        const steps = (done: number, total: number) => {
          // Nor for what the next one is made of: that is read while this one has its steps.
          if (!begunSteps && queue.length > 0 && !waits) next = generator.ready(queue[0][1], true)
          begunSteps = true
          onStep(task.clip.id, done, total)
        }
        const made = await makeSample(generate, task, { signal, onStep: steps }).catch(endRun)
        await writing
        writing = keep(index, made)
        if (waits) await writing
        else writing.catch(() => undefined)
      }
    } finally {
      await writing
    }
  }
  // Every worker ends before this returns or throws: the folder's lock is given back after that, with nobody writing.
  const endings = await Promise.allSettled(Array.from({ length: generator.concurrent }, worker))
  for (const ending of endings) if (ending.status === 'rejected') throw ending.reason
  return messages
}
