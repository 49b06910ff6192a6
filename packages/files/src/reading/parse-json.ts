/** Text without the byte order mark (U+FEFF) that some editors put at its start; text without one stays as it is. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

/** Deeper than any file of ours, and no deeper than code that walks a value by calling itself can go. */
const DEEPEST = 256

/**
 * The value of a file's JSON text, with a byte order mark before it or without (RFC 8259 §8.1 lets readers ignore it).
 * Throws SyntaxError as JSON.parse, and for lists and objects within one another more than 256 deep.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(withoutMark(text))
  if (mayBeDeep(text)) requireShallow(value)
  return value
}

/** A value is no deeper than its text has brackets: most lines of most files need no look at what was made of them. */
function mayBeDeep(text: string): boolean {
  let brackets = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if ((code === 0x5b || code === 0x7b) && ++brackets > DEEPEST) return true
  }
  return false
}

/** Level by level, not by recursion. */
function requireShallow(value: unknown): void {
  let level = isNest(value) ? [value] : []
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > DEEPEST) throw new SyntaxError(`lists or objects nested more than ${DEEPEST} deep`)
    const next: object[] = []
    for (const nest of level) for (const item of Object.values(nest)) if (isNest(item)) next.push(item)
    level = next
  }
}

function isNest(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
