/**
 * JSON with keys in the order given and two spaces of indentation, ending in a newline: the same value always gives the same bytes.
 * Throws TypeError on NaN and infinities, which JSON.stringify would silently turn into null.
 */
export function canonicalJson(value: unknown): string {
  return `${JSON.stringify(value, refuseNonFinite, 2)}\n`
}

/** One line of JSON Lines, without the newline. Throws TypeError on NaN and infinities. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value, refuseNonFinite)
}

function refuseNonFinite(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError(`expected a finite number for "${key}", found ${value}`)
  return value
}
