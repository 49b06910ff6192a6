/**
 * What the query of an address may say, in the order in which it is written. These are published in links: a key keeps its meaning for good, and a test
 * holds the list.
 */
export const addressKeys = [
  // first 8 hex digits of the digest of the results
  'r',
  // metric, with its recipe where it is not the first column of its name
  'k',
  // method A
  'a',
  // method B
  'b',
  // methods in the order of the tiles
  'm',
  // families of the leaderboard
  'cols',
  // order of the leaderboard
  'sort',
  // table, ranks or matrix
  'view',
  // A better than B by at least (B than A where o is ba)
  'by',
  // lowest difference
  'lo',
  // highest difference
  'hi',
  // class
  'cls',
  // text of label or clip
  'q',
  // further ranges: metric.method:low..high
  'f',
  // order of the clips
  'o',
  // metric.method across the scatter
  'x',
  // metric.method up the scatter
  'y',
  // clip
  'c',
  // frame
  't',
  // loop, first-last frame
  'l',
  // view of the player
  'v',
  // place of the wipe, per cent
  'w',
  // gain of the difference
  'g',
  // zoom@x,y in per cent of the picture
  'z',
  // speed
  's',
  // overlays
  'on',
] as const

export type AddressKey = (typeof addressKeys)[number]
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
  const parts = addressKeys.flatMap((key) => {
    const value = address[key]
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
  return addressKeys.some((known) => known === key)
}

function escaped(value: string): string {
  return encodeURIComponent(value)
    .replaceAll(/%(2C|3A|40|2F)/g, decodeURIComponent)
    .replaceAll('%20', '+')
}
