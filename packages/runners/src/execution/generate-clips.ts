import type { ManifestClip } from '@kinemetric/benchmark'
import { isError } from '@kinemetric/files'
import { conditionOf, oracleConditionOf, readAhead, unrelatedConditionsOf } from '../generator/condition.ts'
import type { Generation, Generator, GeneratorOptions } from '../generator/generator.ts'
import { runnerError } from '../generator/runner-error.ts'
import type { RunClip } from '../generator/with-pairs.ts'
import type { NativeMethod } from '../methods/catalogue.ts'
import type { Execution, ExecutionResult, WantedSample } from './execution.ts'
import { stepClock } from './measured-steps.ts'
import { type RateNote, rateNote } from './rate-note.ts'
import { writeFailedSample, writeSample } from './sample.ts'

/**
 * Runs a generator over samples of clips, as many at a time as it takes. What a clip lacks, and what breaks over it, is that clip's failure; a full disk, missing
 * weights and an abort end the run.
 */
export async function generateClips(native: NativeMethod, execution: Execution): Promise<ExecutionResult> {
  const { root } = execution.manifest
  if (native.sees === 'reference') {
    const open = await native.load()
    return generateAll(open, (clip) => oracleConditionOf(root, clip), execution)
  }
  if (native.sees === 'other-references')
    return generateAll(await native.load(), await unrelatedConditionsOf(execution.manifest), execution)
  return generateAll(await native.load(), (clip) => conditionOf(root, clip), execution, readAhead)
}

async function generateAll<Given>(
  open: (spec: Execution['method']['spec'], options: GeneratorOptions) => Promise<Generator<Given>>,
  givenOf: (clip: RunClip) => Given,
  execution: Execution,
  ahead?: (given: Given) => Given,
): Promise<ExecutionResult> {
  const { method, samples, device, settings, searchPath } = execution
  const signal = execution.signal ?? new AbortController().signal
  const generator = await open(method.spec, { ...execution.native, device, settings, searchPath, signal })
  try {
    await execution.onWeights(generator.weights)
    const messages = new Map<WantedSample, string>()
    const queue = [...samples]
    const noteRate = rateNote(execution)
    const endRun = (error: unknown) => {
      queue.length = 0
      throw error
    }
    const how = { ...execution, signal, noteRate }
    const keep = async (wanted: WantedSample, made: Made): Promise<void> => {
      const message = await write(generator, made, wanted, how).catch(endRun)
      if (message !== undefined) messages.set(wanted, message)
      execution.onClip(wanted.clip.id)
    }
    // A device does not wait for the disk: where one sample is made at a time, the next is begun while it is written.
    const waits = generator.concurrent > 1
    const worker = async () => {
      let writing = Promise.resolve()
      let next: Given | undefined
      try {
        for (let wanted = queue.shift(); wanted !== undefined; wanted = queue.shift()) {
          signal.throwIfAborted()
          const given = next ?? givenOf(wanted.clip)
          next = undefined
          // Nor for what the next one is made of: that is read while this one has its steps.
          const onFirstStep = () => {
            if (queue.length > 0 && !waits) next = ahead?.(givenOf(queue[0].clip))
          }
          const made = await generateOne(generator, given, wanted, { ...how, onFirstStep }).catch(endRun)
          await writing
          writing = keep(wanted, made)
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
    const failures = samples.flatMap((wanted) => {
      const message = messages.get(wanted)
      return message === undefined ? [] : [{ clip: wanted.clip.id, sample: wanted.sample, message }]
    })
    return { failures }
  } finally {
    await generator.close()
  }
}

/** A sample that is made and not yet written, and how long it and its steps took; or why there is none. */
type Made =
  | { readonly generation: Generation; readonly wallMs: number; readonly stepSeconds: number | undefined }
  | { readonly error: unknown }

type How = Execution & { signal: AbortSignal; noteRate: RateNote }

type HowOne = How & { onFirstStep: () => void }

/** @throws what ends a run */
async function generateOne<Given>(
  generator: Generator<Given>,
  given: Given,
  { clip, sample }: WantedSample,
  { signal, onStep, onFirstStep }: HowOne,
): Promise<Made> {
  const begun = performance.now()
  try {
    const clock = stepClock()
    let begunSteps = false
    const steps = (done: number, total: number) => {
      if (!begunSteps) onFirstStep()
      begunSteps = true
      clock.tick(done)
      onStep(clip.id, done, total)
    }
    const generation = await generator.generate(given, { ...askOf(sample), signal, onStep: steps })
    requireWanted(generation, clip)
    return { generation, wallMs: performance.now() - begun, stepSeconds: clock.seconds() }
  } catch (error) {
    signal.throwIfAborted()
    if (endsRun(error)) throw error
    return { error }
  }
}

/** @returns why there is no sample, undefined where there is one @throws what ends a run */
async function write(
  { weights }: { readonly weights: Generator['weights'] },
  made: Made,
  { clip, sample }: WantedSample,
  { out, signal, native: { preview }, noteRate }: How,
): Promise<string | undefined> {
  if ('error' in made) return writeFailedSample(out, clip.id, made.error, sample)
  const { generation, wallMs, stepSeconds } = made
  try {
    await writeSample(out, clip.id, generation, { ...askOf(sample), wallMs, weights, preview })
    await noteRate(clip, stepSeconds)
    return undefined
  } catch (error) {
    signal.throwIfAborted()
    if (endsRun(error)) throw error
    return writeFailedSample(out, clip.id, error, sample)
  }
}

/** A sample is named by its seed: 0 is what every protocol asks for. */
function askOf(sample: number) {
  return { seed: sample, sample }
}

function endsRun(error: unknown): boolean {
  return isError(error) && ['disk', 'missing', 'conflict', 'stopped'].includes(error.kind)
}

/** @throws KinemetricError `wrong-output` */
function requireWanted({ frames, isInput }: Generation, { window, geometry }: ManifestClip): void {
  const wanted = `${window.count} frames of ${geometry.target.join('×')} (height × width)`
  const [count, height, width] = frames.pixels.shape
  const found = `${count} of ${height}×${width}`
  if (count !== window.count || height !== geometry.target[0] || width !== geometry.target[1])
    throw runnerError('wrong-output', '', { expected: wanted, found })
  if (isInput.length !== count)
    throw runnerError('wrong-output', '', { expected: `a word on each of ${count} frames`, found: `${isInput.length}` })
}
