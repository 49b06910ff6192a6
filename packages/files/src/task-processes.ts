import { type ChildProcess, fork } from 'node:child_process'
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { errorOf } from './errors/error-across.ts'
import { fileError } from './errors/file-error.ts'
import { systemReason } from './errors/system-reason.ts'
import type { TaskReply, TaskRequest, TaskSource } from './task-messages.ts'

export type { TaskSource } from './task-messages.ts'

export interface TaskProcesses {
  /** What each process opens before its first task. */
  readonly source: TaskSource
  /** How many processes, each with one task at a time. */
  readonly jobs: number
  /** Ends the processes; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Processes that were started ahead of the same source, to be taken first; those that are left over end with the run. */
  readonly started?: StartedProcesses | undefined
}

/** Processes that start and open while whoever will give them tasks is still finding out which. They end with this process. */
export class StartedProcesses {
  readonly #waiting: TaskProcess[]
  readonly #end = () => this.end()

  constructor(source: TaskSource, count: number) {
    this.#waiting = Array.from({ length: count }, () => new TaskProcess(source))
    for (const worker of this.#waiting) worker.open().catch(() => undefined) // told to whoever gives it a task
    process.once('exit', this.#end)
  }

  /** One of them, for good; undefined where none is left. */
  take(): TaskProcess | undefined {
    return this.#waiting.shift()
  }

  /** Ends those that nobody took. */
  end(): void {
    for (const worker of this.#waiting.splice(0)) worker.kill()
    process.off('exit', this.#end)
  }
}

/** Tasks, each made when its turn comes; or an array of them. */
export interface TaskList {
  readonly length: number
  at(index: number): unknown
}

export interface EachTaskOptions<Result> extends TaskProcesses {
  /** Given each result, one after the other; what it throws ends the run. As they come, or with `ahead` in the order of the tasks. */
  readonly onResult: (result: Result, index: number) => void | Promise<void>
  /** With it a task begins only when no more than so many before it have not been given away: so many results wait in memory for their turn. */
  readonly ahead?: number | undefined
}

/**
 * Runs tasks in processes of their own, as many at a time as there are jobs. What a task gives depends on the task alone, so that the results are the same for
 * any number of jobs. The processes end with this one, however this one ends; a task that throws, or whose process dies, ends them all.
 * @param tasks structured clones
 * @returns the results in the order of the tasks
 * @throws what a task or the opening function threw; KinemetricError `process-failed` where a process died; the signal's reason
 */
export async function runInProcesses<Result>(tasks: readonly unknown[], how: TaskProcesses): Promise<Result[]> {
  const results: Result[] = Array.from({ length: tasks.length })
  await eachInProcesses<Result>(tasks, { ...how, onResult: (result, index) => void (results[index] = result) })
  return results
}

/**
 * As `runInProcesses`, each result given away when it is there and not kept: memory does not grow with the tasks. What had come when the run ended was given
 * away before this returns. @throws as `runInProcesses`; what `onResult` throws
 */
export async function eachInProcesses<Result>(
  tasks: TaskList,
  { source, jobs, signal, started, onResult, ahead }: EachTaskOptions<Result>,
): Promise<void> {
  signal?.throwIfAborted()
  const workers: TaskProcess[] = []
  // The first error is the reason; those of processes that were ended for it come after.
  const failures: unknown[] = []
  let begun = 0
  const stopped = new AbortController()
  const stop = () => {
    stopped.abort()
    results.wake()
    for (const worker of workers) worker.kill()
  }
  const fail = (error: unknown) => {
    failures.push(error)
    stop()
  }
  const results = new Results(onResult, ahead, fail)
  const work = async () => {
    const worker = started?.take() ?? new TaskProcess(source)
    workers.push(worker)
    for (;;) {
      while (!stopped.signal.aborted && begun < tasks.length && !results.hasRoomFor(begun)) await results.moved
      if (stopped.signal.aborted || begun >= tasks.length) return
      const index = begun++
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what our own function in the other process gives
      results.add((await worker.run(tasks.at(index))) as Result, index)
    }
  }
  signal?.addEventListener('abort', stop, { once: true })
  process.once('exit', stop)
  try {
    const runs = Array.from({ length: Math.min(jobs, tasks.length) }, work)
    for (const run of runs) run.catch(fail)
    // All have ended before this returns: nobody writes any more.
    await Promise.allSettled(runs)
    await results.given
    signal?.throwIfAborted()
    if (failures.length > 0) throw failures[0]
  } finally {
    stop()
    started?.end()
    await Promise.all(workers.map((worker) => worker.ended))
    signal?.removeEventListener('abort', stop)
    process.off('exit', stop)
  }
}

/** Results on their way from the processes to whoever takes them. */
class Results<Result> {
  /** Until the last of those that may be given away has been. */
  given: Promise<void> = Promise.resolve()
  readonly #give: (result: Result, index: number) => void | Promise<void>
  readonly #ahead: number | undefined
  readonly #fail: (error: unknown) => void
  /** Those whose turn has not come. */
  readonly #early = new Map<number, Result>()
  /** How many were given away, and the next one's place where they go in order. */
  #next = 0
  #failed = false
  #moving = Promise.withResolvers<void>()

  constructor(
    give: (result: Result, index: number) => void | Promise<void>,
    ahead: number | undefined,
    fail: (error: unknown) => void,
  ) {
    this.#give = give
    this.#ahead = ahead
    this.#fail = fail
  }

  /** Until a result has been given away, or the run is stopped. */
  get moved(): Promise<void> {
    return this.#moving.promise
  }

  hasRoomFor(index: number): boolean {
    return this.#ahead === undefined || index <= this.#next + this.#ahead
  }

  add(result: Result, index: number): void {
    if (this.#ahead !== undefined) this.#early.set(index, result)
    this.given = this.given.then(async () => {
      if (this.#ahead === undefined) return this.#giveOne(result, index)
      for (;;) {
        const place = this.#next
        if (!this.#early.has(place) || this.#failed) return
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is there; a result may be undefined
        const early = this.#early.get(place) as Result
        this.#early.delete(place)
        await this.#giveOne(early, place)
      }
    })
  }

  wake(): void {
    this.#moving.resolve()
    this.#moving = Promise.withResolvers()
  }

  async #giveOne(result: Result, index: number): Promise<void> {
    if (this.#failed) return
    try {
      await this.#give(result, index)
      this.#next++
      this.wake()
    } catch (error) {
      this.#failed = true
      this.#fail(error)
    }
  }
}

/** The environment of a process that finds compiled what this one has compiled: half of its start. */
function withCompileCache(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir()
  // The folder is of this version of Node; the variable names the one that it lies in.
  return folder === undefined ? process.env : { NODE_COMPILE_CACHE: dirname(folder), ...process.env }
}

/** A process that does one task after the other. */
class TaskProcess {
  readonly ended: Promise<void>
  readonly #child: ChildProcess
  readonly #source: TaskSource
  #waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void } | undefined
  #opening: Promise<unknown> | undefined
  #said = ''
  #death: Error | undefined

  constructor(source: TaskSource) {
    this.#source = source
    const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const child = fork(fileURLToPath(new URL(`./serve-tasks.${ending}`, import.meta.url)), [], {
      serialization: 'advanced',
      // Flags of this process (a test runner's, an inspector's) are not for that one.
      execArgv: [],
      env: withCompileCache(),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#child = child
    child.stderr?.on('data', (bytes: Buffer) => (this.#said = (this.#said + bytes.toString()).slice(-4096)))
    child.on('message', (reply: TaskReply) => {
      if ('value' in reply) this.#waiting?.resolve(reply.value)
      else this.#waiting?.reject(errorOf(reply.failure))
    })
    // 'close' comes after the last of what it said.
    this.ended = new Promise((resolve) => {
      const die = (error: Error) => {
        this.#death = error
        this.#waiting?.reject(error)
        resolve()
      }
      child.once('error', (cause) => die(fileError('process-failed', source.open, systemReason(cause), { cause })))
      child.once('close', (code, signal) => die(this.#deathOf(code, signal)))
    })
  }

  /** Opens what does its tasks, once. @throws what the opening function threw */
  open(): Promise<unknown> {
    return (this.#opening ??= this.#ask({ open: this.#source }))
  }

  async run(task: unknown): Promise<unknown> {
    await this.open()
    return this.#ask({ task })
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #ask(request: TaskRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      if (this.#death === undefined) this.#child.send(request, undefined, {}, () => undefined)
      else reject(this.#death)
    })
  }

  #deathOf(code: number | null, signal: string | null): Error {
    const found = signal === null ? `its end with exit code ${code}` : `its death of ${signal}`
    const then = this.#said.trim().split('\n').at(-1)?.slice(0, 200) || undefined
    return fileError('process-failed', this.#source.open, { expected: 'a worker process to answer', found, then })
  }
}
