import { networkError } from '../../tracklets/network-error.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** A request as the platform's `fetch` takes it, of what downloads need. */
export interface Ask {
  headers: Record<string, string>
  signal: AbortSignal
  /** Default GET. */
  method?: 'GET' | 'HEAD' | undefined
  /** Default follow. */
  redirect?: 'follow' | 'manual' | undefined
}

/** What an answer is read by. */
export type Answer = Pick<Response, 'status' | 'ok' | 'headers' | 'body'>

/** Proxies for addresses of either kind, and the hosts that are reached without. */
export interface Proxies {
  https: string | undefined
  http: string | undefined
  none: string
}

/**
 * The proxies that the environment names: `https_proxy`, `http_proxy`, else `all_proxy`, and `no_proxy`, in capitals too. Without a scheme they are
 * taken for `http://`; a secure address for which none is named goes through the other one. Undefined where there are none. @throws KinemetricError `proxy` for one that is no address of http or https
 */
export function proxiesOf(environment: Environment = process.env): Proxies | undefined {
  const read = (name: string) => environment[name] || environment[name.toUpperCase()] || undefined
  const all = read('all_proxy')
  const proxies = { https: read('https_proxy') ?? all, http: read('http_proxy') ?? all, none: read('no_proxy') ?? '' }
  if (proxies.https === undefined && proxies.http === undefined) return undefined
  return { ...proxies, https: withScheme(proxies.https), http: withScheme(proxies.http) }
}

function withScheme(proxy: string | undefined): string | undefined {
  if (proxy === undefined) return undefined
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`
  if (URL.canParse(address) && /^https?:/i.test(address)) return address
  // Not the address itself: it may hold a password.
  const found = URL.canParse(address) ? new URL(address).protocol.replace(':', '') : 'no address'
  throw networkError('proxy', 'the environment', { expected: 'a proxy http://… or https://…', found })
}

/**
 * Asks for an address as the platform's `fetch` does, through the proxy that the environment names for it. Secure addresses go through a tunnel (CONNECT,
 * RFC 9110 §9.3.6): the proxy sees the host and nothing else. The platform's own `fetch` looks at these variables only where Node was started so; undici,
 * of which it is made, has the same as a library, and is loaded where there is a proxy.
 * @throws KinemetricError `proxy` (with the status) where the proxy refuses; what `fetch` throws
 */
export async function proxiedFetch(
  url: string,
  { headers, signal, method = 'GET', redirect = 'follow' }: Ask,
): Promise<Answer> {
  const proxies = proxiesOf()
  if (proxies === undefined) return fetch(url, { headers, signal, method, redirect })
  const { EnvHttpProxyAgent, fetch: fetchBy } = await import('undici')
  const { https, http, none } = proxies
  // Without pipelining a connection ends with its answer, and does not keep the process waiting.
  const dispatcher = new EnvHttpProxyAgent({
    httpsProxy: https ?? '',
    httpProxy: http ?? '',
    noProxy: none,
    pipelining: 0,
  })
  return fetchBy(url, { headers, signal, method, redirect, dispatcher }).catch((error: unknown) => {
    throw refusalOf(error, url) ?? error
  })
}

/** `, through the proxy that the environment names (host:port)`; nothing where there is none. Of its address only the host: it may hold a password. */
export function throughProxy(url: string, environment: Environment = process.env): string {
  const proxies = proxiesOf(environment)
  const proxy = url.startsWith('https:') ? (proxies?.https ?? proxies?.http) : proxies?.http
  const hosts = (proxies?.none ?? '').split(/[\s,]+/).filter((host) => host !== '')
  const isAround = hosts.some(
    (host) => host === '*' || `.${new URL(url).hostname}`.endsWith(`.${host.replace(/^[*.]+/, '')}`),
  )
  return proxy === undefined || isAround
    ? ''
    : `, through the proxy that the environment names (${new URL(proxy).host})`
}

/** The error for a proxy that answers the request for a tunnel with anything but 200; undefined for every other one. */
function refusalOf(error: unknown, url: string): Error | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const status = /^Proxy response \((\d+)\)/.exec(cause.message)?.[1]
    if (status === undefined) continue
    const said = { expected: 'the proxy to open a tunnel', found: `its refusal (HTTP status ${status})` }
    return networkError('proxy', url, said, { cause: error, details: { status: Number(status) } })
  }
  return undefined
}
