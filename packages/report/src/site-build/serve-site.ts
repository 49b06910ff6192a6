import { access, realpath, stat } from 'node:fs/promises'
import { type Server, createServer } from 'node:http'
import { join } from 'node:path'
import { isAllowedHost, refuseHost } from './allowed-host.ts'
import { type SiteOptions, buildSite } from './build-site.ts'
import { reportError } from '../board/report-error.ts'
import { serveFile } from './serve-file.ts'
import { siteMarker } from './site-folder.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface ServeOptions extends SiteOptions {
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
 * Serves a built site, or builds the site of a results folder into a temporary folder and serves that.
 *
 * Answers GET and HEAD of files below the site, with byte ranges (browsers seek in videos by them); nothing outside it can be reached. A request whose
 * Host header names neither this machine's own addresses nor an allowed name is refused with 403: a page elsewhere could otherwise have its name point
 * here and read the site through a reader's browser (DNS rebinding).
 *
 * @throws KinemetricError `bad-results`, `no-records`, `build-failed`, `port-in-use`, `serve-failed`
 */
export async function serveSite(dir: string, options: ServeOptions = {}): Promise<SiteServer> {
  const built = await access(join(dir, siteMarker)).then(
    () => true,
    () => false,
  )
  const temporary = built ? null : await temporaryFolder('serve', dir)
  const remove = async () => temporary?.remove()
  try {
    if (temporary !== null) await buildSite(dir, join(temporary.path, 'site'), options)
    const root = await realpath(temporary === null ? dir : join(temporary.path, 'site'))
    if (!(await stat(root)).isDirectory())
      throw reportError('bad-results', dir, { expected: 'a folder', found: 'a file' })
    const host = options.host ?? '127.0.0.1'
    const allowed = [host, ...(options.allowedHosts ?? [])]
    const server = createServer((request, response) => {
      if (isAllowedHost(request, allowed)) void serveFile(root, request, response)
      else refuseHost(response)
    })
    const port = await listen(server, options.port ?? 4173, host)
    const name = host.includes(':') ? `[${host}]` : host
    return { url: `http://${name}:${port}/`, port, close: () => close(server).then(remove) }
  } catch (error) {
    await remove()
    throw error
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
