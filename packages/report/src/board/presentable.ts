/** What a reader cannot see, or what a terminal obeys: control characters, and marks that reorder, break or hide text (joiners stay: scripts need them). */
const hidden = /[\p{Cc}\u2028\u2029]|(?![\u200C\u200D])\p{Cf}/gu

/**
 * Text of a record in one visible line: line breaks and tabs are spaces, what nobody would see is written as its escape (`\u001b`), as JSON writes it.
 * Text that has been through it stays as it is.
 */
export function visibleText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\t\n\r\u2028\u2029]+/g, ' ')
    .replace(hidden, escapeOf)
    .trim()
}

/** JSON with the same values whose characters can all be seen: JSON itself escapes only some of them. */
export function visibleJson(json: string): string {
  return json.replace(hidden, (character) => (character === '\n' ? character : escapeOf(character)))
}

function escapeOf(character: string): string {
  return [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('')
}

/** What stands in place of the rest of a text that is too long for where it is shown. */
const rest = '…'

/** A text of at most so many code units, the last of them `…` where it is cut: names and labels of others have any length, and one of them is no page. */
export function shortText(text: string, most: number): string {
  if (text.length <= most) return text
  // Half of a letter is none.
  const start = text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')
  return `${start.trimEnd()}${rest}`
}

// A path starts where no word goes on: `a/b`, `./a`, `~/a` and the address of a site are none of a machine.
const posixPath = /(?<![\p{L}\p{N}_./~-])\/(?:[^\s/"'`<>|:;,()[\]{}]+\/)+[^\s/"'`<>|:;,()[\]{}]*/gu
const windowsPath = /(?<![\p{L}\p{N}])(?:[A-Za-z]:|\\\\[^\s\\/]+)[\\/][^\s"'`<>|:;,()[\]{}]*/gu
const fileAddress = /\bfile:\/\/[^\s"'`<>|;,()[\]{}]*/gu

/**
 * Text without the folders of the machine that it was written on: of an absolute path the last name is left (`…/clip.mp4`).
 * @param roots folders whose own path is taken off first, spaces and all
 */
export function withoutFolders(text: string, roots: readonly string[] = []): string {
  if (!/[\\/]/.test(text)) return text
  const short = roots.reduce((rest, root) => withoutRoot(rest, root.replace(/[\\/]+$/, '')), text)
  return short.replace(fileAddress, lastName).replace(windowsPath, lastName).replace(posixPath, lastName)
}

function withoutRoot(text: string, root: string): string {
  return root === '' ? text : text.replaceAll(`${root}/`, '').replaceAll(`${root}\\`, '').replaceAll(root, '…')
}

function lastName(path: string): string {
  const names = path.split(/[\\/]/).filter((name) => name !== '')
  return `…/${names.at(-1) ?? ''}`
}

/** A value of JSON whose texts, names of fields included, are visible and name no folder of a machine. */
export function presentable<T>(value: T, roots?: readonly string[]): T
export function presentable(value: unknown, roots: readonly string[] = []): unknown {
  if (typeof value === 'string') return withoutFolders(visibleText(value), roots)
  if (Array.isArray(value)) return value.map((item) => presentable(item, roots))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [presentable(name, roots), presentable(item, roots)]),
  )
}
