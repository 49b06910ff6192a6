import type { GeneratorOptions } from '../generator/generator.ts'
import { runnerError } from '../generator/runner-error.ts'
import { nativeMethods } from '../methods/catalogue.ts'
import { openClipGenerator, type SampleTask } from './clip-generator.ts'
import type { Execution } from './execution.ts'
import { keepSample, makeSample } from './make-sample.ts'

/** What a process of its own is told before its first sample. */
export interface GenerateWorkerOptions {
  /** Of a method of the catalogue: code does not cross. */
  readonly id: string
  readonly spec: Execution['method']['spec']
  /** The manifest's folder. */
  readonly root: string
  readonly out: string
  readonly preview: boolean
  readonly options: Omit<GeneratorOptions, 'signal'>
}

/** Opens a method in a process of its own. @returns what makes and writes a sample, and says why there is none @throws as `openClipGenerator` */
export async function openGenerateWorker({
  id,
  spec,
  root,
  out,
  preview,
  options,
}: GenerateWorkerOptions): Promise<(task: SampleTask) => Promise<string | undefined>> {
  const native = nativeMethods.find((each) => each.id === id)
  if (native === undefined)
    throw runnerError('unknown-method', id, { expected: 'a native method of this version', found: 'none of that name' })
  // Nobody aborts here: who stops a run ends its processes.
  const { signal } = new AbortController()
  const generator = await openClipGenerator(native, spec, root, { ...options, signal })
  return async (task) => {
    const made = await makeSample(generator.ready(task), task, { signal })
    return keepSample(made, task, { out, weights: generator.weights, preview, signal })
  }
}
