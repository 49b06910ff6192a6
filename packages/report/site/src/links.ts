/**
 * Address of a file of the site from one of its pages, both as paths from the site's root. Relative, so that the site works under any base, from any
 * file server and from disk.
 */
export function relativeLink(page: string, target: string): string {
  const from = page.split('/').slice(0, -1)
  const [path, hash] = target.split('#')
  const to = path.split('/')
  let shared = 0
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++
  const link = [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/')
  return hash === undefined ? link : `${link}#${hash}`
}

/** The address if it is one that a browser may follow from an untrusted record, else undefined. */
export function webAddress(address: string | undefined): string | undefined {
  return address !== undefined && /^https?:\/\/[^\s"'<>]+$/i.test(address) ? address : undefined
}

/** Where the page of metrics says what a metric is: its fragment there. */
export function metricAnchor(metric: string): string {
  return `metric-${metric.replace(/[^A-Za-z0-9_-]+/g, '-')}`
}

/** Query of an address, as the pages' scripts write it. */
export function queryOf(query: Readonly<Record<string, string>>): string {
  const parts = Object.entries(query).map(
    ([key, value]) => `${key}=${encodeURIComponent(value).replaceAll('%20', '+')}`,
  )
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}
