import type { ReadableFile } from '../../checkpoints/tensors/read-bytes.ts'
import { networkError } from '../../tracklets/network-error.ts'
import { Connection, type ConnectionOptions, Cut, pause, refusal } from '../transfer/connection.ts'
import type { Answer } from '../transfer/proxied-fetch.ts'

/** A file on a server that gives parts of it (RFC 9110 §14), unchanged while it is read. */
export interface RemoteFile extends ReadableFile {
  /** What the server calls this state of the file: a strong ETag or a date. */
  readonly validator: string
  /**
   * Bytes `start` to `end` (not included) as they come. Another file than the first answer's is an error, and so is an answer of another part or length.
   * @throws Cut; KinemetricError `changed`, `http`
   */
  stream(start: number, end: number): AsyncGenerator<Uint8Array>
}

export interface RemoteOptions extends ConnectionOptions {
  headers?: Readonly<Record<string, string>> | undefined
  /** Attempts after the first. Default 4. */
  retries?: number | undefined
  /** Wait before the first, doubled for each further one. Default 1000. */
  retryDelayMs?: number | undefined
}

/** What a server says of a file. */
export interface RemoteAnswer {
  /** Undefined where it does not say. */
  readonly size: number | undefined
  /** Absent where parts are not given, or nothing tells one state of the file from another. */
  readonly file?: RemoteFile | undefined
}

/** Read at a time where little is asked for: a directory's lines lie beside one another. */
const BLOCK = 64 * 1024
/** Blocks kept: 64 MiB. */
const MOST_BLOCKS = 1024

/**
 * Asks for the first bytes of a file, which tells whether its server gives parts.
 * @throws KinemetricError `http` (with the status), `network`, `proxy`; the signal's reason
 */
export async function openRemote(url: string, options: RemoteOptions = {}): Promise<RemoteAnswer> {
  const { status, size, validator } = await repeated(options, url, () => ask(url, options))
  if (status !== 206 || size === undefined || validator === undefined) return { size }
  return { size, file: remoteFile(url, size, validator, options) }
}

interface Asked {
  status: number
  size: number | undefined
  validator: string | undefined
}

async function ask(url: string, options: RemoteOptions): Promise<Asked> {
  const connection = new Connection(options)
  try {
    const answer = await connection.fetch(url, { ...options.headers, ...identity, range: 'bytes=0-0' })
    if (!answer.ok) throw refusal(url, answer.status)
    const validator = validatorOf(answer)
    if (answer.status === 206) return { status: 206, size: rangeOf(answer)?.size, validator }
    const length = Number(answer.headers.get('content-length') ?? Number.NaN)
    return { status: answer.status, size: Number.isSafeInteger(length) && length > 0 ? length : undefined, validator }
  } finally {
    connection.end()
  }
}

const identity = { 'accept-encoding': 'identity' }

function remoteFile(url: string, size: number, validator: string, options: RemoteOptions): RemoteFile {
  const blocks = new Map<number, Uint8Array>()

  async function* stream(start: number, end: number): AsyncGenerator<Uint8Array> {
    const connection = new Connection(options)
    try {
      const headers = { ...options.headers, ...identity, range: `bytes=${start}-${end - 1}`, 'if-range': validator }
      const answer = await connection.fetch(url, headers)
      if (!answer.ok) throw refusal(url, answer.status)
      checkPart(url, answer, { start, end, size, validator })
      let at = start
      for await (const piece of connection.body(answer)) {
        if (at + piece.length > end) throw new Cut(`more came than the ${end - start} bytes that were asked for`)
        yield piece
        at += piece.length
      }
      if (at < end) throw new Cut(`the connection ended ${end - at} bytes too early`)
    } finally {
      connection.end()
    }
  }

  const block = async (index: number): Promise<Uint8Array> => {
    const known = blocks.get(index)
    if (known !== undefined) return known
    const [start, end] = [index * BLOCK, Math.min((index + 1) * BLOCK, size)]
    const bytes = await repeated(options, url, async () => {
      const pieces: Uint8Array[] = []
      for await (const piece of stream(start, end)) pieces.push(piece)
      return Buffer.concat(pieces)
    })
    if (blocks.size >= MOST_BLOCKS) blocks.delete(blocks.keys().next().value ?? 0)
    blocks.set(index, bytes)
    return bytes
  }

  const read = async (buffer: Uint8Array, offset: number, length: number, position: number) => {
    let done = 0
    const wanted = Math.max(0, Math.min(length, size - position))
    while (done < wanted) {
      const at = position + done
      const bytes = await block(Math.floor(at / BLOCK))
      const piece = bytes.subarray(at % BLOCK, Math.min(bytes.length, (at % BLOCK) + wanted - done))
      buffer.set(piece, offset + done)
      done += piece.length
    }
    return { bytesRead: done }
  }

  return { path: url, size, validator, handle: { read }, stream }
}

/** @throws KinemetricError `changed` where the answer is of another state of the file; Cut for another part than was asked for */
function checkPart(
  url: string,
  answer: Answer,
  { start, end, size, validator }: { start: number; end: number; size: number; validator: string },
): void {
  const range = rangeOf(answer)
  if (answer.status !== 206 || range?.size !== size || (validatorOf(answer) ?? validator) !== validator)
    throw networkError('changed', url, { expected: `the file of ${size} bytes that it began with`, found: 'another' })
  if (range.start !== start || range.end !== end)
    throw new Cut(
      `the server answered with the bytes ${range.start} to ${range.end - 1}, and not ${start} to ${end - 1}`,
    )
}

/** `bytes 0-63/1000`: from, to (not included), of how many. */
function rangeOf(answer: Answer): { start: number; end: number; size: number } | undefined {
  const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.headers.get('content-range') ?? '') ?? []
  const range = { start: Number(first), end: Number(last) + 1, size: Number(size) }
  return Object.values(range).every(Number.isSafeInteger) && range.size > 0 ? range : undefined
}

function validatorOf(answer: Answer): string | undefined {
  const etag = answer.headers.get('etag')
  return (
    (etag !== null && !etag.startsWith('W/') ? etag : undefined) ?? answer.headers.get('last-modified') ?? undefined
  )
}

/** Again, where the connection is cut or the server busy. */
export async function repeated<T>(options: RemoteOptions, url: string, attempt: () => Promise<T>): Promise<T> {
  const retries = options.retries ?? 4
  for (let tries = 0; ; tries++) {
    options.signal?.throwIfAborted()
    try {
      return await attempt()
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!(error instanceof Cut)) throw error
      if (tries >= retries) throw networkError(error.code, url, error.message, { cause: error })
      await pause((options.retryDelayMs ?? 1000) * 2 ** tries, options.signal)
    }
  }
}
