import { type Address, writeAddress } from './address.ts'

/**
 * Puts what is seen into the address bar. Call it at the end of a gesture, not while dragging.
 * @param isNewPlace where a reader would expect Back to return: another clip, another pair
 */
export function showAddress(address: Address, isNewPlace = false): void {
  const query = writeAddress(address)
  if (query === location.search) return
  // An empty query needs the path: '' alone would change nothing.
  const target = `${location.pathname}${query}${location.hash}`
  if (isNewPlace) history.pushState(null, '', target)
  else history.replaceState(null, '', target)
}

/** The address of what is seen, with the results that it was made of, for others. @param board digest of the results */
export function linkTo(address: Address, board: string): string {
  const page = location.href.replace(/[?#].*$/, '')
  return `${page}${writeAddress({ ...address, ...(board === '' ? {} : { r: board.slice(0, 8) }) })}`
}
