import { type ChildProcess, fork } from 'node:child_process'
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { errorOf } from './errors/error-across.ts'
import { fileError } from './errors/file-error.ts'
import type { TaskReply, TaskRequest, TaskSource } from './task-messages.ts'

export type { TaskSource } from './task-messages.ts'

export interface TaskProcessOptions<Result> {
  /** What each process opens before its first task. */
  readonly source: TaskSource
  /** How many processes, each with one task at a time. */
  readonly jobs: number
  /** Ends the processes; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Told of each result as it comes, in any order. */
  readonly onResult?: ((result: Result, index: number) => void) | undefined
}

/**
 * Runs tasks in processes of their own, as many at a time as there are jobs. What a task gives depends on the task alone, so that the results are the same for
 * any number of jobs. The processes end with this one, however this one ends; a task that throws, or whose process dies, ends them all.
 * @param tasks structured clones
 * @returns the results in the order of the tasks
 * @throws what a task or the opening function threw; KinemetricError `process-failed` where a process died; the signal's reason
 */
export async function runInProcesses<Result>(
  tasks: readonly unknown[],
  { source, jobs, signal, onResult }: TaskProcessOptions<Result>,
): Promise<Result[]> {
  signal?.throwIfAborted()
  const results: Result[] = Array.from({ length: tasks.length })
  const workers: TaskProcess[] = []
  const queue = [...tasks.entries()]
  const work = async () => {
    const worker = new TaskProcess(source)
    workers.push(worker)
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, task] = next
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what our own function in the other process gives
      const result = (await worker.run(task)) as Result
      results[index] = result
      onResult?.(result, index)
    }
  }
  const stop = () => {
    queue.length = 0
    for (const worker of workers) worker.kill()
  }
  signal?.addEventListener('abort', stop, { once: true })
  process.once('exit', stop)
  try {
    const runs = Array.from({ length: Math.min(jobs, tasks.length) }, work)
    // The first error is the reason; those of processes that were ended for it come after.
    const failures: unknown[] = []
    for (const run of runs)
      run.catch((error: unknown) => {
        failures.push(error)
        stop()
      })
    // All have ended before this returns: nobody writes any more.
    await Promise.allSettled(runs)
    signal?.throwIfAborted()
    if (failures.length > 0) throw failures[0]
    return results
  } finally {
    stop()
    await Promise.all(workers.map((worker) => worker.ended))
    signal?.removeEventListener('abort', stop)
    process.off('exit', stop)
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
  #opened = false
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
      child.once('error', (cause) => die(fileError('process-failed', source.open, String(cause), { cause })))
      child.once('close', (code, signal) => die(this.#deathOf(code, signal)))
    })
  }

  async run(task: unknown): Promise<unknown> {
    if (!this.#opened) await this.#ask({ open: this.#source })
    this.#opened = true
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
