// A page opened from a folder may not fetch, but may run a script beside it: every data file is a classic script that calls one function, over http and
// `file://` alike. Nothing here needs Node, so that the pages' scripts read what the build wrote by the same code.

/** Changes when a reader of the old files would misread the new ones. */
export const dataFormat = 1

/** What every data file says of itself. */
export interface DataHead {
  /** `dataFormat` of what wrote it. */
  format: number
  /** sha256 (hex) of the results that the file was made of: files of two builds do not go together. */
  board: string
}

/** A data file taken apart. */
export interface DataFile<H extends DataHead = DataHead> {
  head: H
  /** Its content, unpacked. */
  bytes: Uint8Array
}

/** Names of data files: what may become a part of an address. */
export const dataName = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9])?$/

/**
 * The text of a data file: `kinemetricData("name",{head},"<base64 of gzip>")`. Nothing in the head can end the script or start markup.
 * @param packed base64 of the gzipped content
 */
export function dataScript(name: string, head: DataHead, packed: string): string {
  return `kinemetricData(${asScript(name)},${asScript(head)},"${packed}")\n`
}

/** The three arguments in a data file's text, as a build reads an earlier one; null where it is none. */
export function parseDataScript(text: string): { name: string; head: DataHead; packed: string } | null {
  const match = /^kinemetricData\((.*),"([A-Za-z0-9+/=]*)"\)\n$/s.exec(text)
  if (match === null) return null
  try {
    const [name, head]: unknown[] = JSON.parse(`[${match[1]}]`)
    return typeof name === 'string' && isHead(head) ? { name, head, packed: match[2] } : null
  } catch {
    return null
  }
}

/** Whether a value is what every head is. */
export function isHead(value: unknown): value is DataHead {
  return (
    typeof value === 'object' &&
    value !== null &&
    'format' in value &&
    typeof value.format === 'number' &&
    'board' in value &&
    typeof value.board === 'string'
  )
}

/** JSON that is also a JavaScript expression and holds no `<`, wherever the script may end up. */
function asScript(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', String.raw`\u003c`)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`)
}
