import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { KinemetricError } from '@kinemetric/files'
import type { FrameArray } from '@kinemetric/video'
import { metricError } from '../recipes/metric-error.ts'
import type { RecipeInfo } from '../recipes/recipe.ts'
import { type FrameMetric, formulaOf, requireRegion, requireSize } from './each-frame.ts'
import { type ClipBytes, joinParts } from './frame-measurements.ts'
import { framePair, type FramePair } from './frame-pair.ts'
import type { FrameMetricJob, FrameMetricName, FrameMetricReply } from './worker.ts'

/** A frame metric under one recipe. */
export interface FrameMetricChoice<R extends RecipeInfo = RecipeInfo> {
  metric: FrameMetric<R>
  recipe: R
  /** Of a recipe that is of a part of each frame: its pixels, `[T, H, W]`, not 0 inside. Choices of one region are given the same array. */
  region?: Uint8Array | undefined
}

/** Threads that measure frame metrics beside the main event loop and beside onnxruntime. */
export interface FrameMetricPool extends AsyncDisposable {
  readonly threads: number
  /**
   * Values of each frame under every choice, in one pass over the pixels: the same numbers as `eachFrame` gives.
   *
   * The frames are copied before the call returns (or shared, where their memory is a SharedArrayBuffer, which must then
   * not change until the promise settles). Calls may overlap; they are served in order.
   *
   * @param generated `[T, H, W, 3]`, 0..255, sRGB
   * @param reference the same shape
   * @returns `[choices][T]`
   * @throws KinemetricError (rejects) as `eachFrame` does; `closed` after `close`; `worker` when a thread died
   */
  measure(generated: FrameArray, reference: FrameArray, choices: readonly FrameMetricChoice[]): Promise<Float64Array[]>
  /** Ends the threads; what is still waiting rejects with KinemetricError `closed`. */
  close(): Promise<void>
}

interface Task {
  job: FrameMetricJob
  transfer: ArrayBuffer[]
  resolve: (values: Float64Array[]) => void
  reject: (error: unknown) => void
}

const WHERE = 'createFrameMetricPool'
const workerFile = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

/**
 * Starts a pool; its threads start with the first clips and do not keep the process alive while they have nothing to do.
 *
 * @param options.threads default: the processor's, at most 4
 */
export function createFrameMetricPool(options: { threads?: number | undefined } = {}): FrameMetricPool {
  const threads = options.threads ?? Math.min(4, availableParallelism())
  if (!Number.isInteger(threads) || threads < 1) {
    throw metricError('bad-option', WHERE, { expected: 'a whole number of threads from 1', found: `${threads}` })
  }
  const waiting: Task[] = []
  const idle: Worker[] = []
  const busy = new Map<Worker, Task>()
  let closed = false

  const settle = (worker: Worker): Task | undefined => {
    const task = busy.get(worker)
    busy.delete(worker)
    return task
  }
  const start = (): Worker => {
    // Without the flags of its parent: --input-type, say, is refused for a file.
    const worker = new Worker(workerFile, { execArgv: [] })
    worker.on('message', (reply: FrameMetricReply) => {
      const task = settle(worker)
      worker.unref()
      idle.push(worker)
      if (task !== undefined && 'values' in reply) task.resolve(reply.values)
      else if ('refused' in reply) task?.reject(refusal(reply.refused))
      else if (task !== undefined && 'error' in reply) task.reject(workerError(reply.error))
      next()
    })
    // A thread that dies takes its task along, not the others; the next task starts another thread.
    worker.on('error', (error) => settle(worker)?.reject(workerError(error)))
    worker.on('exit', (code) => {
      settle(worker)?.reject(workerError(`it ended with code ${code}`))
      const position = idle.indexOf(worker)
      if (position >= 0) idle.splice(position, 1)
      if (!closed) next()
    })
    return worker
  }
  const next = (): void => {
    while (waiting.length > 0 && busy.size < threads) {
      const task = waiting.shift()!
      const worker = idle.pop() ?? start()
      busy.set(worker, task)
      worker.ref()
      worker.postMessage(task.job, task.transfer)
    }
  }
  const submit = (clips: ClipBytes, metrics: readonly FrameMetricName[]): Promise<Float64Array[]> =>
    new Promise((resolve, reject) => {
      const transfer = [clips.a, clips.b].map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer)
      waiting.push({ job: { clips, metrics }, transfer, resolve, reject })
    })

  const measure = async (
    generated: FrameArray,
    reference: FrameArray,
    choices: readonly FrameMetricChoice[],
  ): Promise<Float64Array[]> => {
    if (closed) throw metricError('closed', WHERE, { expected: 'an open pool', found: 'one that was closed' })
    const pair = framePair(generated, reference, WHERE)
    for (const { metric, recipe } of choices) requireSize(metric, recipe, pair.height, pair.width)
    const regions = [...new Set(choices.flatMap(({ region }) => region ?? []))]
    for (const { metric, recipe, region } of choices) requireRegion(metric, recipe, region, pair)
    const names = choices.map(({ metric, recipe, region }) => ({
      file: formulaOf(metric).file,
      metric: metric.id,
      recipe: recipe.id,
      ...(region === undefined ? {} : { region: regions.indexOf(region) }),
    }))
    const parts = split(pair, regions, threads).map((clips) => submit(clips, names))
    next()
    return joinParts(await Promise.all(parts))
  }
  const close = async (): Promise<void> => {
    closed = true
    const error = metricError('closed', WHERE, 'expected an open pool; it was closed before the clip was measured')
    for (const task of [...waiting.splice(0), ...busy.values()]) task.reject(error)
    const workers = [...idle.splice(0), ...busy.keys()]
    busy.clear()
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  return { threads, measure, close, [Symbol.asyncDispose]: close }
}

/** A clip in up to `parts` runs of frames, each in memory of its own. */
function split(
  { a, b, frames, height, width, frameValues }: FramePair,
  regions: readonly Uint8Array[],
  parts: number,
): ClipBytes[] {
  const each = Math.ceil(frames / Math.min(parts, frames))
  const starts = Array.from({ length: Math.ceil(frames / each) }, (_, i) => i * each)
  return starts.map((start) => {
    const end = Math.min(frames, start + each)
    const own = (bytes: Uint8Array): Uint8Array => {
      const part = bytes.subarray(start * frameValues, end * frameValues)
      return part.buffer instanceof SharedArrayBuffer ? part : part.slice()
    }
    const size = height * width
    const ofPart = regions.map((region) => region.slice(start * size, end * size))
    return { a: own(a), b: own(b), frames: end - start, height, width, regions: ofPart }
  })
}

/** What a metric said of the frames in its thread, as an error of this one. */
function refusal({ code, where, sentence }: Pick<KinemetricError, 'code' | 'where' | 'sentence'>): KinemetricError {
  return new KinemetricError('unfit', code, where, sentence)
}

function workerError(cause: unknown): KinemetricError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return metricError(
    'worker',
    WHERE,
    { expected: 'measurements of a worker thread', found: `that it failed: ${reason}` },
    {
      cause,
    },
  )
}
