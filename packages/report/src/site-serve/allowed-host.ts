import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'

/** Names and addresses of this machine that nobody else's domain can be. */
const own = ['localhost', '127.0.0.1', '::1']

/**
 * Whether the Host header of a request names this server: one of its own names, the address that the reader connected to, or an allowed name. Ports are
 * not looked at, since a tunnel may change them.
 */
export function isAllowedHost(request: IncomingMessage, allowed: readonly string[]): boolean {
  const name = hostName(request.headers.host)
  if (name === null) return false
  if ([...own, ...allowed.map(plain)].includes(name)) return true
  // A server that listens on every address is reached by each of them; an address, unlike a name, cannot be made to point elsewhere.
  return isIP(name) !== 0 && name === plain(request.socket.localAddress ?? '').replace(/^::ffff:/, '')
}

/** Answers 403 and says how to allow the name. */
export function refuseHost(response: ServerResponse): void {
  response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
  response.end('403: this name is not one of this server; start it with --allow-host <name> to allow it\n')
}

/** The name in a Host header, without its port; null where it is none. */
function hostName(header: string | undefined): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]\s/@]+)(?::\d{1,5})?$/i.exec(header ?? '')
  return match === null ? null : plain(match[1])
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
}
