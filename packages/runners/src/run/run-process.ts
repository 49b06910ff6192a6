import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { RunnerError } from '../generator/runner-error.ts'

export interface ProcessOptions {
  /** argv; `{manifest}`, `{out}`, `{config}` and `{device}` are filled in. No shell is involved. */
  readonly command: readonly string[]
  readonly fill: Readonly<Record<'manifest' | 'out' | 'config' | 'device', string>>
  readonly cwd: string
  /** where the program's stderr, and what it prints on stdout beside progress, is appended */
  readonly logFile: string
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** called for every JSON object that the program prints as a line on stdout */
  readonly onProgress?: ((event: Record<string, unknown>) => void) | undefined
}

/** Variables a method's program inherits. No secrets: everything else stays here. */
const allowedVariables = [
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'USERPROFILE',
  'LOCALAPPDATA',
  'XDG_CACHE_HOME',
  'CUDA_VISIBLE_DEVICES',
  'CUDA_HOME',
  'LD_LIBRARY_PATH',
  'HF_HOME',
  'TORCH_HOME',
  'CONDA_PREFIX',
  'VIRTUAL_ENV',
  'OMP_NUM_THREADS',
  'KINEMETRIC_WEIGHTS',
]

/**
 * Runs an external method's program to its end and returns its exit code (0 all ok, 1 some items failed, others are
 * its own failures). The program and its children are killed on abort and on timeout.
 * @throws RunnerError `process-failed` when it cannot be started or dies of a signal, `timeout` when it runs too long
 */
export async function runProcess(options: ProcessOptions): Promise<number> {
  const [program, ...args] = options.command.map((part) =>
    part.replace(/\{(manifest|out|config|device)\}/g, (_, name: keyof ProcessOptions['fill']) => options.fill[name]),
  )
  if (program === undefined)
    throw new RunnerError('bad-spec', 'method.json: expected `command` to name a program; found an empty list')
  const log = createWriteStream(options.logFile, { flags: 'a' })
  const env = Object.fromEntries(
    allowedVariables.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
  const child = spawn(program, args, {
    cwd: options.cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  })
  let stopped: 'timeout' | 'abort' | undefined
  const stop = (reason: 'timeout' | 'abort') => {
    stopped ??= reason
    killTree(child.pid, 'SIGTERM')
    setTimeout(() => killTree(child.pid, 'SIGKILL'), 5000).unref()
  }
  const onAbort = () => stop('abort')
  options.signal?.addEventListener('abort', onAbort, { once: true })
  if (options.signal?.aborted) onAbort()
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => stop('timeout'), options.timeoutMs)
  child.stderr.pipe(log, { end: false })
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = parseObject(line)
    if (event) options.onProgress?.(event)
    else log.write(`${line}\n`)
  })
  try {
    const [code, signal] = (await Promise.race([
      once(child, 'close'),
      once(child, 'error').then(([error]) => Promise.reject(error as Error)),
    ])) as [number | null, NodeJS.Signals | null]
    if (stopped === 'timeout') {
      throw new RunnerError(
        'timeout',
        `${program}: expected it to end within ${options.timeoutMs} ms; it was killed (its messages: ${options.logFile})`,
      )
    }
    options.signal?.throwIfAborted()
    if (code === null) {
      throw new RunnerError(
        'process-failed',
        `${program}: expected an exit code; it died of ${signal} (its messages: ${options.logFile})`,
      )
    }
    return code
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new RunnerError(
        'process-failed',
        `${program}: expected a program of that name; found none (method.json, \`command\`)`,
        { cause: error },
      )
    }
    throw error
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', onAbort)
    log.end()
  }
}

function parseObject(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** Kills the process group, so that a wrapper script leaves no child behind. */
function killTree(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    if (process.platform === 'win32') process.kill(pid, signal)
    else process.kill(-pid, signal)
  } catch {
    // It has ended by itself meanwhile.
  }
}
