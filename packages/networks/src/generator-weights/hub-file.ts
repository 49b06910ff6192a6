import { isError } from '@kinemetric/files'
import { proxiedFetch } from '../weights/transfer/proxied-fetch.ts'
import { networkError } from '../tracklets/network-error.ts'
import type { GeneratorEntry } from './generator-entry.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Where a generator's files are asked for, and what is sent along. */
export interface FileServer {
  /** Address below which the files lie, with a slash at its end. */
  readonly base: string
  readonly headers: Readonly<Record<string, string>>
}

/** What a server says of a file before it is fetched. */
export interface FileAnswer {
  readonly bytes: number
  /** Of a large file on the hub, hex. */
  readonly sha256: string | undefined
}

/**
 * The server of a generator's files. The token of HF_TOKEN goes to the hub alone (HF_ENDPOINT names another address of it), and no further where that sends the
 * request elsewhere.
 * @param url another address below which the same files lie
 * @throws KinemetricError `gated` where the hub wants a token and there is none
 */
export function serverOf(entry: GeneratorEntry, url?: string, environment: Environment = process.env): FileServer {
  if (url !== undefined) return { base: withSlash(url), headers: {} }
  if (!entry.from.startsWith('hub:')) return { base: withSlash(entry.from), headers: {} }
  const hub = environment['HF_ENDPOINT'] || 'https://huggingface.co'
  const token = environment['HF_TOKEN']?.trim()
  if (entry.gated && !token)
    throw networkError('gated', entry.id, {
      expected:
        'a token of Hugging Face in HF_TOKEN, as these weights are given only to those who have accepted their licence',
      found: 'none',
      then: `accept it at ${entry.licenceUrl}, make a token at https://huggingface.co/settings/tokens and run HF_TOKEN=… kinemetric weights pull ${entry.id}`,
    })
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {}
  return { base: `${withSlash(hub)}${entry.from.slice('hub:'.length)}/resolve/main/`, headers }
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`
}

/**
 * Asks how large a file is. @throws KinemetricError `gated`, `http` (with the status), `network`, `proxy`; the signal's reason
 */
export async function askFile(
  entry: GeneratorEntry,
  { base, headers }: FileServer,
  path: string,
  signal: AbortSignal = AbortSignal.timeout(60_000),
): Promise<FileAnswer> {
  const url = new URL(path, base).href
  const ask = (redirect: 'manual' | 'follow') =>
    proxiedFetch(url, {
      headers: { ...headers, 'accept-encoding': 'identity' },
      signal,
      method: 'HEAD',
      redirect,
    }).catch((cause: unknown) => {
      signal.throwIfAborted()
      if (isError(cause)) throw cause
      const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
      throw networkError('network', url, reason instanceof Error ? reason.message : String(reason), { cause })
    })
  // The hub says what it knows of a large file in the answer that sends the request on.
  let answer = await ask('manual')
  const said = answer.headers
  const linked = said.get('x-linked-size')
  const sha256 = /^"?([0-9a-f]{64})"?$/.exec(said.get('x-linked-etag') ?? '')?.[1]
  if (answer.status >= 300 && answer.status < 400 && linked === null) answer = await ask('follow')
  if (answer.status === 401 || answer.status === 403) throw refused(entry, url, answer.status)
  if (answer.status >= 400)
    throw networkError('http', url, `answered with HTTP status ${answer.status}`, {
      details: { status: answer.status },
    })
  const bytes = Number(linked ?? answer.headers.get('content-length') ?? Number.NaN)
  if (Number.isSafeInteger(bytes) && bytes > 0) return { bytes, sha256 }
  throw networkError(
    'http',
    url,
    { expected: "the file's size in the answer", found: 'none' },
    { details: { status: answer.status } },
  )
}

function refused(entry: GeneratorEntry, url: string, status: number) {
  const said = {
    expected: 'the file',
    found: `HTTP status ${status}`,
    then: entry.gated
      ? `accept the licence at ${entry.licenceUrl} with the account of HF_TOKEN, which must be allowed to read gated repositories`
      : 'it has become gated or private',
  }
  return networkError('gated', url, said, { details: { status } })
}
