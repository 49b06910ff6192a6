/**
 * An absolute path of at least two parts, POSIX's, a drive's or a network share's, where a word may begin: neither the rest of an address
 * (https://host/a/b) nor of a relative path.
 */
const absolute =
  /(?<![\p{L}\p{N}\w.:/\\~-])(?:[A-Za-z]:[\\/]|\\\\|\/|file:\/{2,3})(?:[^\s"'`<>|:;,()[\]{}\\/]+[\\/])+/gu

/**
 * A value with every absolute path in its texts cut to the name of its file: what a program or a system says of a file names the folders of one machine,
 * and records are published, and the same wherever the files lie.
 */
export function withoutFolders<T>(value: T): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- strings become strings, and everything else stays what it is
  return cut(value) as T
}

function cut(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(absolute, '')
  if (Array.isArray(value)) return value.map(cut)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, cut(own)]))
}
