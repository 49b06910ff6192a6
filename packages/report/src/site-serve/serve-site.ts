import { access, realpath, stat } from 'node:fs/promises'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { isAllowedHost, refuseHost } from './allowed-host.ts'
import { buildSite } from '../site-build/build-site.ts'
import { reportError } from '../board/report-error.ts'
import { type LiveOptions, LiveSite } from './live-site.ts'
import { statusPath } from './live-status.ts'
import { serveFile } from './serve-file.ts'
import { siteMarker } from '../site-build/site-marker.ts'
import { temporaryFolder } from '../site-build/temporary-folder.ts'

export interface ServeOptions extends Omit<LiveOptions, 'live' | 'earlier'> {
  /** Whether the site of a results folder is built again when that changes, and its pages tell of it and of runs that go on. Default true. */
  watch?: boolean | undefined
  /** 0 picks a free port. Default 4173. */
  port?: number | undefined
  /** Default 127.0.0.1: this machine only. */
  host?: string | undefined
  /** Further names that a reader may come by, such as `gpu-box` or `report.example.org`. */
  allowedHosts?: readonly string[] | undefined
}

export interface SiteServer {
  url: string
  port: number
  /** Stops accepting, ends open connections, removes what was built for serving. */
  close(): Promise<void>
}

/**
 * Serves a built site, or builds the site of a results folder into a temporary folder and serves that, while it grows: a folder without records is one whose
 * records are to come.
 *
 * Answers GET and HEAD of files below the site, with byte ranges (browsers seek in videos by them); nothing outside it can be reached. A request whose
 * Host header names neither this machine's own addresses nor an allowed name is refused with 403: a page elsewhere could otherwise have its name point
 * here and read the site through a reader's browser (DNS rebinding).
 *
 * @throws KinemetricError `bad-results`, `no-records` (where it is not watched), `build-failed`, `port-in-use`, `serve-failed`; the signal's reason
 */
export async function serveSite(dir: string, options: ServeOptions = {}): Promise<SiteServer> {
  const isBuilt = await access(join(dir, siteMarker)).then(
    () => true,
    () => false,
  )
  const temporary = isBuilt ? null : await temporaryFolder('serve', dir)
  let live: LiveSite | null = null
  const end = async () => {
    await live?.close()
    await temporary?.remove()
  }
  try {
    if (temporary !== null && options.watch !== false) live = await LiveSite.open(dir, temporary.path, options)
    const answer = live === null ? await filesOf(dir, temporary?.path, options) : answerLive(live)
    const host = options.host ?? '127.0.0.1'
    const allowed = [host, ...(options.allowedHosts ?? [])]
    // Whoever imports this package to print a table does not wait for all of HTTP, which brings Node's own undici along.
    const { createServer } = await import('node:http')
    const server = createServer((request, response) => {
      if (isAllowedHost(request, allowed)) void answer(request, response)
      else refuseHost(response)
    })
    const port = await listen(server, options.port ?? 4173, host)
    const name = host.includes(':') ? `[${host}]` : host
    return { url: `http://${name}:${port}/`, port, close: () => close(server).then(end) }
  } catch (error) {
    await end()
    throw error
  }
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Of a site that stays as it is. */
async function filesOf(dir: string, work: string | undefined, options: ServeOptions): Promise<Answer> {
  const site = work === undefined ? dir : join(work, 'site')
  if (work !== undefined) await buildSite(dir, site, options)
  const root = await realpath(site)
  if (!(await stat(root)).isDirectory())
    throw reportError('bad-results', dir, { expected: 'a folder', found: 'a file' })
  return (request, response) => serveFile({ root, url: request.url ?? '/' }, request, response)
}

/** Of a site that is exchanged when its results change: its files, and how far its runs are. */
function answerLive(live: LiveSite): Answer {
  return async (request, response) => {
    const url = request.url ?? '/'
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!isRead || url.split('?', 1)[0] !== `/${statusPath}`) return serveFile(live.fileOf(url), request, response)
    const status = JSON.stringify(await live.status())
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
    response.end(request.method === 'HEAD' ? undefined : status)
  }
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const where = `${host}:${port}`
      reject(
        cause.code === 'EADDRINUSE'
          ? reportError('port-in-use', where, 'is in use; choose another port, or 0 for any free one', { cause })
          : reportError('serve-failed', where, `cannot be listened on (${cause.message})`, { cause }),
      )
    })
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    // Requests under way get a moment to end; connections kept open would hold the server for minutes.
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 500).unref()
  })
}
