import { statSync } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { type KinemetricError, isError, readTextFile, systemCode, writeBytes, writeWhole } from '@kinemetric/files'
import { Connection, Cut, pause, refusal, writing } from './transfer/connection.ts'
import { type Answer, throughProxy } from './transfer/proxied-fetch.ts'
import { networkError } from '../tracklets/network-error.ts'

export interface DownloadProgress {
  /** Bytes on disk, those of an earlier attempt included. */
  readonly received: number
  readonly total: number
}

export interface DownloadOptions {
  /** Exact size that the file must have. */
  bytes: number
  /** Sent along; not to another host that the request is sent on to. */
  headers?: Readonly<Record<string, string>> | undefined
  onProgress?: ((progress: DownloadProgress) => void) | undefined
  signal?: AbortSignal | undefined
  /** Attempts after the first, where the connection is refused or cut, or the server is busy. Default 4. */
  retries?: number | undefined
  /** Wait before the first retry, doubled for each further one. Default 1000. */
  retryDelayMs?: number | undefined
  /** A connection that brings nothing for so long counts as cut. Default 60,000. */
  stallMs?: number | undefined
  /** Opens the file that is written to; for tests of full disks. */
  openFile?: ((path: string, flags: string) => Promise<FileHandle>) | undefined
}

/** Beside the unfinished file: what the rest of it must match to be appended. */
interface PartNote {
  url: string
  /** A strong ETag or a Last-Modified date, as the server gave it. */
  validator: string
}

/**
 * Downloads `url` into `part`, and continues where an earlier call or attempt stopped if the server still has the same
 * file (Range with If-Range, RFC 9110 §13.1.5). On failure the unfinished file stays, to be continued.
 *
 * @returns whether some of the bytes are of an earlier attempt.
 * @throws KinemetricError `http` (with the status), `network`, `cut`, `wrong-size`, `disk-full` or `write-failed`; the
 * signal's reason where it is aborted.
 */
export async function download(url: string, part: string, options: DownloadOptions): Promise<{ resumed: boolean }> {
  const retries = options.retries ?? 4
  let resumed = false
  for (let attempt = 0; ; attempt++) {
    options.signal?.throwIfAborted()
    try {
      resumed = (await attemptDownload(url, part, options)) || resumed
      return { resumed }
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!(error instanceof Cut)) throw error
      if (attempt >= retries) throw given(url, part, options, error, attempt + 1)
      await pause((options.retryDelayMs ?? 1000) * 2 ** attempt, options.signal)
    }
  }
}

/** @returns whether it continued an earlier attempt. */
async function attemptDownload(url: string, part: string, options: DownloadOptions): Promise<boolean> {
  const notePath = `${part}.json`
  const note = await readNote(notePath)
  const handle = await opened(part, options)
  try {
    const { size } = await handle.stat()
    let have = size
    const continuing = have > 0 && have <= options.bytes && note?.url === url
    if (continuing && have === options.bytes) return true
    const connection = new Connection(options)
    try {
      const headers: Record<string, string> = { ...options.headers, 'accept-encoding': 'identity' }
      if (continuing) Object.assign(headers, { range: `bytes=${have}-`, 'if-range': note.validator })
      const response = await connection.fetch(url, headers)
      if (response.status === 416 && continuing) {
        await rm(notePath, { force: true })
        throw new Cut('the server no longer has the rest of the unfinished file')
      }
      if (!response.ok) throw refusal(url, response.status)
      const continued = response.status === 206
      if (continued && contentRangeStart(response) !== have) {
        await rm(notePath, { force: true })
        throw new Cut('the server answered with another range than was asked for')
      }
      if (!continued) have = 0
      checkLength(url, response, have, options.bytes)
      await writing(part, async () => {
        if (!continued && size > 0) await handle.truncate(0)
        await writeNote(notePath, url, response)
      })
      for await (const chunk of connection.body(response)) {
        if (have + chunk.length > options.bytes) throw wrongSize(url, `more than ${options.bytes} bytes`, options.bytes)
        await writing(part, () => writeBytes(handle, chunk, have))
        have += chunk.length
        options.onProgress?.({ received: have, total: options.bytes })
      }
      if (have < options.bytes) throw new Cut(`the connection ended after ${have} of ${options.bytes} bytes`)
      await writing(part, () => handle.sync())
      return continued
    } finally {
      connection.end()
    }
  } finally {
    await handle.close()
  }
}

async function opened(part: string, options: DownloadOptions): Promise<FileHandle> {
  const openFile = options.openFile ?? open
  return writing(part, async () => {
    // 'r+' keeps what is there; 'wx' creates it.
    return openFile(part, 'r+').catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error
      return openFile(part, 'wx')
    })
  })
}

function contentRangeStart(response: Answer): number {
  return Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? Number.NaN)
}

/** Before anything is written: an answer of another length is another file (often a page that explains why). */
function checkLength(url: string, response: Answer, have: number, bytes: number): void {
  // Of an encoded body the length is that of the encoding.
  const encoded = (response.headers.get('content-encoding') ?? 'identity') !== 'identity'
  const text = response.headers.get('content-length')
  if (!encoded && text !== null && have + Number(text) !== bytes) {
    const type = response.headers.get('content-type') ?? 'no content type'
    throw wrongSize(url, `${have + Number(text)} bytes (${type})`, bytes)
  }
}

function wrongSize(url: string, found: string, bytes: number): KinemetricError {
  return networkError('wrong-size', url, { expected: `${bytes} bytes`, found, then: 'nothing was kept of it' })
}

async function readNote(path: string): Promise<PartNote | undefined> {
  try {
    const note: unknown = JSON.parse(await readTextFile(path, { maxBytes: 65_536 }))
    if (typeof note !== 'object' || note === null || !('url' in note) || !('validator' in note)) return undefined
    const { url, validator } = note
    return typeof url === 'string' && typeof validator === 'string' ? { url, validator } : undefined
  } catch {
    return undefined
  }
}

/** Without a validator the file cannot be continued safely, and so it will begin anew. */
async function writeNote(path: string, url: string, response: Answer): Promise<void> {
  const etag = response.headers.get('etag')
  const strong = etag !== null && !etag.startsWith('W/') ? etag : undefined
  const validator = strong ?? response.headers.get('last-modified') ?? undefined
  if (validator === undefined) await rm(path, { force: true })
  else await writeWhole(path, JSON.stringify({ url, validator } satisfies PartNote), { durable: false })
}

function given(url: string, part: string, options: DownloadOptions, error: Cut, attempts: number): KinemetricError {
  const times = attempts === 1 ? '' : ` (${attempts} attempts)`
  if (isError(error.cause)) {
    const { code, where, sentence, details } = error.cause
    return networkError(code === 'proxy' ? code : 'http', where, `${sentence}${times}`, { cause: error, details })
  }
  const came = (statSync(part, { throwIfNoEntry: false })?.size ?? 0) > 0
  const then = came
    ? `What came of the ${options.bytes} bytes is kept in ${part}; run the same command again to continue`
    : 'Nothing came of it; run the same command again'
  return networkError(error.code, url, `${error.message}${times}${throughProxy(url)}. ${then}`, { cause: error })
}
