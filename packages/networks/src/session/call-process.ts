import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { errorOf, type KinemetricError, systemReason } from '@kinemetric/files'
import { networkError } from '../tracklets/network-error.ts'
import type { CallSource, Reply, Request } from './call-messages.ts'
import { outOfMemory, saysOutOfMemory, whatToLower } from './out-of-memory.ts'
import { sendingMemory } from './tensor-memory.ts'

export interface CallProcessOptions {
  /** What the object is called in messages. */
  readonly name: string
  /** Variables in place of, or besides, this process's own. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Ends the process; calls that wait are refused with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** An object in a process of its own. */
export interface CallProcess {
  readonly pid: number | undefined
  /** What the object says of itself. */
  readonly facts: Readonly<Record<string, unknown>>
  /** False from when the process has ended. */
  readonly alive: () => boolean
  /** Calls a method; what crosses is cloned. @throws what the method threw; `process-died`, `out-of-memory` where the process did */
  call(method: string, args: readonly unknown[]): Promise<unknown>
  /** Ends the process; after this nothing of it is left. */
  close(): Promise<void>
}

/** A process that was asked to end has this long. */
const graceMs = 2000

/**
 * Opens an object in a process of its own and calls its methods there: a native crash or a lack of memory ends that process alone. It ends with this one,
 * however this one ends.
 * @throws what the opening function threw; KinemetricError `process-died`, `out-of-memory`; the signal's reason
 */
export async function startCallProcess(source: CallSource, options: CallProcessOptions): Promise<CallProcess> {
  options.signal?.throwIfAborted()
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const child = fork(fileURLToPath(new URL(`./serve-calls.${ending}`, import.meta.url)), [], {
    serialization: 'advanced',
    // Flags of this process (a test runner's, an inspector's) are not for that one.
    execArgv: [],
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const line = new Line(child, options)
  try {
    const facts = await line.request({ open: source })
    return {
      pid: child.pid,
      facts: typeof facts === 'object' && facts !== null ? { ...facts } : {},
      alive: () => line.alive,
      call: (method, args) => line.call(method, args),
      close: () => line.close(),
    }
  } catch (error) {
    await line.end()
    throw error
  }
}

interface Waiting {
  resolve: (value: unknown) => void
  reject: (error: Error) => void
}

type Unnumbered<Each> = Each extends unknown ? Omit<Each, 'id'> : never

/** The line to the process: requests that wait, and what becomes of them when it ends. */
class Line {
  alive = true
  readonly #child: ChildProcess
  readonly #options: CallProcessOptions
  readonly #waiting = new Map<number, Waiting>()
  readonly #pack = sendingMemory()
  readonly #ended: Promise<void>
  readonly #kill: () => void
  #last = 0
  #said = ''

  constructor(child: ChildProcess, options: CallProcessOptions) {
    this.#child = child
    this.#options = options
    this.#kill = () => void child.kill('SIGKILL')
    process.once('exit', this.#kill)
    options.signal?.addEventListener('abort', this.#kill, { once: true })
    child.stderr?.on('data', (bytes: Buffer) => (this.#said = (this.#said + bytes.toString()).slice(-4096)))
    child.on('message', (reply: Reply) => this.#settle(reply))
    // 'close' comes after the last of what it said.
    this.#ended = new Promise((resolve) => {
      child.once('error', (cause) =>
        this.#end(networkError('process-died', options.name, systemReason(cause), { cause }), resolve),
      )
      child.once('close', (code, signal) => this.#end(this.#deathOf(code, signal), resolve))
    })
  }

  call(method: string, args: readonly unknown[]): Promise<unknown> {
    return this.request({ method, args: this.#pack(method, args) })
  }

  async request(request: Unnumbered<Request>): Promise<unknown> {
    this.#options.signal?.throwIfAborted()
    if (!this.alive) throw networkError('closed', this.#options.name, 'its process has ended')
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      // Where the process is gone its end refuses what waits.
      this.#child.send({ ...request, id }, undefined, {}, () => undefined)
    })
  }

  async close(): Promise<void> {
    if (this.alive) {
      const timer = setTimeout(this.#kill, graceMs)
      await this.request({ method: 'close', args: [] }).catch(() => undefined)
      clearTimeout(timer)
    }
    await this.end()
  }

  async end(): Promise<void> {
    this.#kill()
    await this.#ended
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if ('value' in reply) waiting?.resolve(reply.value)
    else waiting?.reject(errorOf(reply.failure))
  }

  #end(error: Error, resolve: () => void): void {
    this.alive = false
    process.off('exit', this.#kill)
    this.#options.signal?.removeEventListener('abort', this.#kill)
    const { signal } = this.#options
    const reason: unknown = signal?.aborted === true ? signal.reason : error
    for (const { reject } of this.#waiting.values()) reject(reason instanceof Error ? reason : error)
    this.#waiting.clear()
    resolve()
  }

  #deathOf(code: number | null, signal: string | null): KinemetricError {
    const { name } = this.#options
    const lines = this.#said.split('\n').filter((line) => line.trim() !== '')
    if (saysOutOfMemory(this.#said))
      return outOfMemory(name, lines.find(saysOutOfMemory)?.trim().slice(0, 200) ?? 'none')
    const found = signal === null ? `its end with exit code ${code}` : `its death of ${signal}`
    // Nobody but the system sends this signal unasked.
    const then =
      signal === 'SIGKILL'
        ? `most often the system ends a process so where memory is short: ${whatToLower}`
        : lines.at(-1)?.slice(0, 200)
    const details = { exitCode: code, signal, stderr: this.#said }
    return networkError('process-died', name, { expected: "the networks' process to answer", found, then }, { details })
  }
}
