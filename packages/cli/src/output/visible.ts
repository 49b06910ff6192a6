/** Control characters but tab and line ends, and the marks that reorder or break lines (Unicode's bidirectional controls, U+2028, U+2029). */
const hidden = /(?![\t\n]|\r\n)[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu

/** A colour: SGR, ECMA-48 §8.3.117. */
// oxlint-disable-next-line no-control-regex -- these very characters are looked for
const colour = /(\u001B\[[\d;]*m)/

/**
 * Text that a terminal shows and does not obey: control characters become `\u001b`, which is also how JSON writes them, so that printed JSON stays the
 * same value.
 * @param styled lets colours through
 */
export function visible(text: string, styled = false): string {
  if (!styled) return text.replace(hidden, escapeOf)
  const parts = text.split(colour)
  return parts.map((part, index) => (index % 2 === 1 ? part : part.replace(hidden, escapeOf))).join('')
}

/** The same in one line: what a message of somebody else's says cannot look like a line of ours. */
export function inOneLine(text: string): string {
  return visible(text)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\t', ' ')
}

function escapeOf(character: string): string {
  return String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0')
}
