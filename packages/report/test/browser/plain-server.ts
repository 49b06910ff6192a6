// A file server that knows files and nothing else, as `python -m http.server` does: no byte ranges, no compression, no caching.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.mp4': 'video/mp4',
}

export interface PlainServer {
  url: string
  close(): Promise<void>
}

/** @param delayOf milliseconds before an answer begins */
export async function servePlainly(root: string, delayOf: (path: string) => number = () => 0): Promise<PlainServer> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)
    setTimeout(() => {
      readFile(join(root, path)).then(
        (bytes) =>
          response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(bytes),
        () => response.writeHead(404).end(),
      )
    }, delayOf(path))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('expected a port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
