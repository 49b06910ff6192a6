/**
 * What the query of an address may say, in the order in which it is written. These are published in links: a key keeps its meaning for good, and a test
 * holds the list. What each means stands beside it.
 */
export const addressKeys = {
  r: 'first 8 hex digits of the digest of the results',
  k: 'metric, with its recipe where it is not the first column of its name',
  a: 'method A',
  b: 'method B',
  m: 'methods in the order of the tiles',
  cols: 'families of the leaderboard',
  sort: 'order of the leaderboard',
  view: 'table, ranks or matrix',
  by: 'A better than B by at least (B than A where o is ba)',
  lo: 'lowest difference',
  hi: 'highest difference',
  cls: 'class',
  q: 'text of label or clip',
  f: 'further ranges: metric.method:low..high',
  o: 'order of the clips',
  x: 'metric.method across the scatter',
  y: 'metric.method up the scatter',
  c: 'clip',
  t: 'frame',
  l: 'loop, first-last frame',
  v: 'view of the player',
  w: 'place of the wipe, per cent',
  g: 'gain of the difference',
  z: 'zoom@x,y in per cent of the picture',
  s: 'speed',
  on: 'overlays',
} as const

export type AddressKey = keyof typeof addressKeys
/** What an address says. A key that stands at its default is left out. */
export type Address = Partial<Record<AddressKey, string>>

/** The known keys of a query (the first value of each), and what is not known. @param search with or without `?` */
export function readAddress(search: string): { address: Address; unknown: string[] } {
  const address: Address = {}
  const unknown: string[] = []
  for (const [key, value] of new URLSearchParams(search))
    if (!isKey(key)) unknown.push(key)
    else if (value !== '') address[key] ??= value
  return { address, unknown }
}

/** The query of an address, `?` included, '' for an empty one. Commas, colons, @ and / stay readable. */
export function writeAddress(address: Address): string {
  const parts = Object.keys(addressKeys).flatMap((key) => {
    const value = isKey(key) ? address[key] : undefined
    return value === undefined || value === '' ? [] : [`${key}=${escaped(value)}`]
  })
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}

/** Keys of the list of clips: they travel along when a clip is opened from it, so that next and previous walk the list. */
export const listKeys = ['k', 'a', 'b', 'by', 'lo', 'hi', 'cls', 'q', 'f', 'o'] as const

/** Those keys of an address that are among `keys`. */
export function pickKeys(address: Address, keys: readonly AddressKey[]): Address {
  return Object.fromEntries(keys.flatMap((key) => (address[key] === undefined ? [] : [[key, address[key]]])))
}

function isKey(key: string): key is AddressKey {
  return Object.hasOwn(addressKeys, key)
}

function escaped(value: string): string {
  return encodeURIComponent(value)
    .replaceAll(/%(2C|3A|40|2F)/g, decodeURIComponent)
    .replaceAll('%20', '+')
}
