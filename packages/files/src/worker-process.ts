import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, type WriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileError, writeError } from './errors/file-error.ts'
import { systemCode } from './errors/system-code.ts'

export interface WorkerProcessOptions {
  readonly program: string
  /** No shell is involved: every argument arrives as it is. */
  readonly args: readonly string[]
  readonly cwd: string
  /** All that the program gets of the environment. */
  readonly env: Readonly<Record<string, string>>
  /** Where what the program says on stderr and stdout is appended. */
  readonly logFile: string
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Called for every line of stdout; true says that the line was for the caller and is not logged. */
  readonly onLine?: ((line: string) => boolean) | undefined
}

/** A program that was asked to end has this long before it is killed. */
const GRACE_MS = 5000

/**
 * Runs a program to its end. It and its children are ended on abort, on timeout, where its log cannot be written and when this process ends: none is left
 * behind.
 * @returns its exit code
 * @throws KinemetricError `process-failed` where it cannot be started or dies of a signal, `timeout`, `disk-full`, `write-failed` for the log; the signal's
 * reason where it was aborted
 */
export async function runWorkerProcess(options: WorkerProcessOptions): Promise<number> {
  options.signal?.throwIfAborted()
  const log = createWriteStream(options.logFile, { flags: 'a' })
  let failure: Error | undefined
  const closed = new Promise<void>((resolve) => log.once('close', resolve))
  log.once('error', (error) => (failure = error))
  const [outcome] = await Promise.allSettled([runLogged(options, log)])
  log.end()
  await closed
  // A program that was ended for its log's sake is not to blame.
  if (failure !== undefined) throw writeError(options.logFile, failure)
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}

async function runLogged(options: WorkerProcessOptions, log: WriteStream): Promise<number> {
  const { program, timeoutMs, signal } = options
  const child = spawn(program, options.args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  })
  const killNow = () => killTree(child.pid, 'SIGKILL')
  let timedOut = false
  let killing: NodeJS.Timeout | undefined
  const stop = () => {
    killTree(child.pid, 'SIGTERM')
    killing ??= setTimeout(killNow, GRACE_MS)
  }
  const onTimeout = () => {
    timedOut = true
    stop()
  }
  const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs)
  signal?.addEventListener('abort', stop, { once: true })
  process.once('exit', killNow)
  log.once('error', killNow)
  child.stderr.pipe(log, { end: false })
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (options.onLine?.(line) !== true) log.write(`${line}\n`)
  })
  try {
    const ended = await ending(child)
    signal?.throwIfAborted()
    return exitCodeOf(ended, timedOut, options)
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw cause
    throw fileError('process-failed', program, { expected: 'a program of that name', found: 'none' }, { cause })
  } finally {
    clearTimeout(timer)
    clearTimeout(killing)
    signal?.removeEventListener('abort', stop)
    process.off('exit', killNow)
  }
}

interface Ending {
  code: number | null
  died: string | null
}

function ending(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, died) => resolve({ code, died }))
  })
}

function exitCodeOf({ code, died }: Ending, timedOut: boolean, options: WorkerProcessOptions): number {
  const { program, logFile, timeoutMs } = options
  const then = `its messages: ${logFile}`
  if (timedOut) throw fileError('timeout', program, { expected: `its end within ${timeoutMs} ms`, found: 'none', then })
  if (code === null)
    throw fileError('process-failed', program, { expected: 'an exit code', found: `death of ${died}`, then })
  return code
}

/** Ends a process and its children: a wrapper script leaves none behind. */
function killTree(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
  } catch {
    // It has ended by itself meanwhile.
  }
}
