/** The file of checksums, as `sha256sum -c` reads it. */
export const sumsFile = 'SHA256SUMS'

/** Lines `<sha256>  <path>` in the order of the paths by code units. @param sums sha256 (hex) by path */
export function formatSums(sums: ReadonlyMap<string, string>): string {
  return [...sums]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, sha256]) => `${sha256}  ${path}\n`)
    .join('')
}

/** What a file of checksums says, and its lines that are none. */
export interface ParsedSums {
  sums: Map<string, string>
  /** In words, with the line's number. */
  bad: string[]
}

/** Reads checksums; a path that leads out of the folder, or is named twice, is none. */
export function parseSums(text: string): ParsedSums {
  const sums = new Map<string, string>()
  const bad: string[] = []
  const lines = text.split('\n')
  if (lines.pop() !== '') bad.push('its last line has no end')
  for (const [at, line] of lines.entries()) {
    const [, sha256, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? []
    if (path === undefined) bad.push(`line ${at + 1}: expected a sha256, two spaces and a path`)
    else if (!isBelow(path)) bad.push(`line ${at + 1}: expected a path inside the bundle, found ${path}`)
    else if (sums.has(path)) bad.push(`line ${at + 1}: names ${path} a second time`)
    else sums.set(path, sha256)
  }
  return { sums, bad }
}

/** A relative path of plain parts: nothing that leads out, on any system. */
export function isBelow(path: string): boolean {
  return (
    !/[\\\p{Cc}]/u.test(path) &&
    path.split('/').every((part) => !['', '.', '..'].includes(part) && !/^[A-Za-z]:/.test(part))
  )
}
