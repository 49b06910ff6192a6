import { isDiskFull, isError, type KinemetricError, writeError } from '@kinemetric/files'
import { networkError } from '../../tracklets/network-error.ts'
import { type Answer, proxiedFetch } from './proxied-fetch.ts'

/** An attempt that may be repeated; 'cut' where some of the file may have come. */
export class Cut extends Error {
  readonly code: 'cut' | 'network'

  constructor(message: string, options?: ErrorOptions & { code?: 'cut' | 'network' }) {
    super(message, options)
    this.code = options?.code ?? 'cut'
  }
}

/** How long a connection may be silent, and who may end it. */
export interface ConnectionOptions {
  signal?: AbortSignal | undefined
  /** A connection that brings nothing for so long counts as cut. Default 60,000. */
  stallMs?: number | undefined
}

/** One request: whatever goes wrong with it is a Cut. */
export class Connection {
  private readonly controller = new AbortController()
  private readonly stallMs: number
  private readonly forward: () => void
  private readonly signal: AbortSignal | undefined
  private timer: NodeJS.Timeout | undefined

  constructor(options: ConnectionOptions) {
    this.stallMs = options.stallMs ?? 60_000
    this.signal = options.signal
    this.forward = () => this.controller.abort(options.signal?.reason)
    options.signal?.addEventListener('abort', this.forward)
  }

  async fetch(url: string, headers: Record<string, string>): Promise<Answer> {
    this.alive()
    try {
      return await proxiedFetch(url, { headers, signal: this.controller.signal })
    } catch (error) {
      if (isError(error)) throw refusedFor(error)
      throw this.cut(error, 'network')
    }
  }

  async *body(response: Answer): AsyncGenerator<Uint8Array> {
    const reader = response.body?.getReader()
    if (reader === undefined) return
    for (;;) {
      this.alive()
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw this.cut(error, 'cut')
      })
      // The time that the caller takes to write does not count.
      clearTimeout(this.timer)
      if (done) return
      yield value
    }
  }

  end(): void {
    clearTimeout(this.timer)
    this.signal?.removeEventListener('abort', this.forward)
    this.controller.abort()
  }

  private alive(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.controller.abort(new Error(`nothing came for ${this.stallMs} ms`)), this.stallMs)
  }

  private cut(error: unknown, code: 'cut' | 'network'): Cut {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return new Cut(cause instanceof Error ? cause.message || cause.name : String(cause), { cause: error, code })
  }
}

/** Runs a write and names what the disk refuses. */
export async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (cause) {
    if (!isDiskFull(cause)) throw writeError(path, cause)
    const said = 'no space left; free some and run the same command again to continue'
    throw networkError('disk-full', path, said, { cause })
  }
}

/** The error for an answer that is none. */
export function refusal(url: string, status: number): Error {
  const error = networkError('http', url, `answered with HTTP status ${status}`, { details: { status } })
  return refusedFor(error)
}

/** A refusal that may be none the next time is worth another attempt. */
function refusedFor(error: KinemetricError): Error {
  const status = Number(error.details.status)
  const temporary = status === 408 || status === 425 || status === 429 || status >= 500
  return temporary ? new Cut(error.message, { cause: error }) : error
}

/** Waits, unless the signal says otherwise. */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, milliseconds)
    function done(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    signal?.addEventListener('abort', done)
  })
}
