/** Text without the byte order mark (U+FEFF) that some editors put at its start; text without one stays as it is. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

/** The value of a file's JSON text, with a byte order mark before it or without (RFC 8259 §8.1 lets readers ignore it). Throws SyntaxError as JSON.parse. */
export function parseJson(text: string): unknown {
  return JSON.parse(withoutMark(text))
}
