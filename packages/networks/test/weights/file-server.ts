import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { WeightEntry } from '../../src/index.ts'
import { pullEntry, type PullOptions } from '../../src/weights/pull-weight.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** What is downloaded. */
export const content = randomBytes(300_000)
export const etag = '"first"'

/** A server of one file of weights and an empty folder to fetch it into, new for each test. */
export class FileServer {
  /** Answers requests; each test sets its own. */
  handler: RequestListener = serve(content)
  requests: IncomingMessage[] = []
  folder = ''
  base = ''
  #server: Server | undefined

  async start(): Promise<void> {
    this.folder = join(await temporaryFolder(), 'weights')
    this.requests = []
    const server = createServer((request, response) => {
      this.requests.push(request)
      this.handler(request, response)
    })
    this.#server = server
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    this.base = `http://127.0.0.1:${address.port}`
  }

  close(): void {
    this.#server?.closeAllConnections()
    this.#server?.close()
  }

  entry(changes: Partial<WeightEntry> = {}): WeightEntry {
    return {
      id: 'test',
      title: 'Test weights',
      file: 'test.pth',
      url: `${this.base}/test.pth`,
      mirrors: [],
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      licence: 'MIT',
      licenceUrl: 'https://example.org/licence',
      citation: 'none',
      ...changes,
    }
  }

  pull(options: PullOptions = {}, changes: Partial<WeightEntry> = {}) {
    const { folder } = this
    return pullEntry(this.entry(changes), {
      folder,
      cacheFolder: join(folder, '..', 'cache'),
      retryDelayMs: 1,
      ...options,
    })
  }

  /** One handler a request, the last for all further ones. */
  inTurn(...handlers: RequestListener[]): RequestListener {
    return (request, response) => handlers[Math.min(this.requests.length, handlers.length) - 1](request, response)
  }

  /** Names in the folder. */
  async left(): Promise<string[]> {
    return existsSync(this.folder) ? (await readdir(this.folder)).sort() : []
  }
}

/** Starts one before each test of a file and ends it after. */
export function useFileServer(): FileServer {
  const server = new FileServer()
  beforeEach(() => server.start())
  afterEach(() => server.close())
  return server
}

/** Answers as a file server does: ranges, If-Range, an ETag. `bytes` is what it holds. */
export function serve(bytes: Uint8Array, tag = etag): RequestListener {
  return (request, response) => {
    response.setHeader('etag', tag)
    const start = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]
    if (start === undefined || request.headers['if-range'] !== tag) {
      response.writeHead(200, { 'content-length': bytes.length })
      response.end(bytes)
      return
    }
    const rest = bytes.subarray(Number(start))
    const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`
    response.writeHead(206, { 'content-length': rest.length, 'content-range': range })
    response.end(rest)
  }
}

// Long enough for a busy reader to take what was sent: bytes that it has not read go down with the connection.
export const cutDelayMs = 300

/** Promises the whole file and breaks off after `length` bytes. */
export function cutAfter(length: number, headers: Record<string, string> = { etag }): RequestListener {
  return (_, response) => {
    response.writeHead(200, { 'content-length': content.length, ...headers })
    response.write(content.subarray(0, length), () => setTimeout(() => response.destroy(), cutDelayMs))
  }
}
