import { realpath, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isError, liesInside, type OpenFile, openRegularFile } from '@kinemetric/files'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.tex': 'text/x-tex; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.parquet': 'application/vnd.apache.parquet',
  '.mp4': 'video/mp4',
  '.m4v': 'video/mp4',
  '.webm': 'video/webm',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
}

/** Answers one request with a file below `root` (a real path), in full or the byte range asked for. @param url path of the file, and query, as the request has it */
export async function serveFile(
  { root, url }: { root: string; url: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let file: OpenFile | undefined
  try {
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, { allow: 'GET, HEAD' })
    const found = await locate(root, url)
    if (found === null) return end(response, 404)
    if ('moved' in found) return end(response, 301, { location: found.moved })
    file = await openRegularFile(found.path, [root])
    await send(file, request, response)
  } catch (error) {
    // The reader went away, or the file did: nobody is left to tell, or nothing is left to send.
    if (response.headersSent) response.destroy()
    else end(response, isError(error, undefined, 'not-found', 'not-a-file', 'outside') ? 404 : 500)
  } finally {
    // A reader that leaves before the answer begins must not leave the file open.
    await file?.handle.close().catch(() => undefined)
  }
}

async function send(file: OpenFile, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { size, handle, path } = file
  const range = byteRange(request.headers.range, size)
  if (range === 'unsatisfiable') return end(response, 416, { 'content-range': `bytes */${size}` })
  const { first, last } = range ?? { first: 0, last: size - 1 }
  response.writeHead(range ? 206 : 200, {
    'content-type': types[extname(path).toLowerCase()] ?? 'application/octet-stream',
    'content-length': last - first + 1,
    'accept-ranges': 'bytes',
    'cache-control': 'no-cache',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    ...(range ? { 'content-range': `bytes ${first}-${last}/${size}` } : {}),
  })
  if (request.method === 'HEAD' || size === 0) return void response.end()
  await pipeline(handle.createReadStream({ start: first, end: last, autoClose: false }), response)
}

type Found = { path: string } | { moved: string }

/** The file of an address: decoded once, no `..`, no NUL, symbolic links followed only within the root. What is no regular file is not opened here. */
async function locate(root: string, url: string): Promise<Found | null> {
  const [address, query] = url.split('?', 2)
  let path: string
  try {
    path = decodeURIComponent(address)
  } catch {
    return null
  }
  if (!path.startsWith('/') || path.includes('\0') || path.split(/[\\/]/).includes('..')) return null
  const real = await realpath(join(root, path)).catch(() => null)
  if (real === null || !liesInside(root, real)) return null
  if (!(await stat(real)).isDirectory()) return path.endsWith('/') ? null : { path: real }
  // Without the slash, the page's relative links would start one folder too high. A path of two slashes would name another host.
  if (!path.endsWith('/')) return { moved: `${address.replace(/^\/+/, '/')}/${query === undefined ? '' : `?${query}`}` }
  return { path: join(real, 'index.html') }
}

/** The one range of a Range header; undefined for none, for several and for other units, which are then ignored. */
function byteRange(
  header: string | undefined,
  size: number,
): { first: number; last: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (match === null || (match[1] === '' && match[2] === '')) return undefined
  const [from, to] = [match[1], match[2]]
  // `-500` is the last 500 bytes.
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const last = from === '' || to === '' ? size - 1 : Math.min(size - 1, Number(to))
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined
  return first >= size || (from === '' && Number(to) === 0) ? 'unsatisfiable' : { first, last }
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers })
  response.end(`${status}\n`)
}
