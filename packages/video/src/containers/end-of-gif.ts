import type { DeclaredEnd, FileBytes } from './file-bytes.ts'

const chunk = 65_536

/** GIF89a: blocks of sub-blocks until the trailer 0x3B. Data after it belongs to nobody. */
export async function endOfGif(bytes: FileBytes): Promise<DeclaredEnd> {
  const reader = new ByteReader(bytes)
  reader.skip(10)
  reader.skip(2 + colourTable(await reader.next()))
  while (reader.at < bytes.size) {
    const kind = await reader.next()
    if (kind === 0x3b) return { end: reader.at }
    if (kind === 0x21) reader.skip(1)
    else if (kind === 0x2c) {
      reader.skip(8)
      reader.skip(1 + colourTable(await reader.next()))
    } else return { end: undefined }
    for (let length = await reader.next(); length !== 0 && reader.at < bytes.size; length = await reader.next())
      reader.skip(length)
  }
  return { end: Infinity, missing: 'a trailer at the end of the file' }
}

/** Bytes of the colour table that these flags announce. */
function colourTable(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1)
}

/** Byte after byte of a file; zeros after its end. */
class ByteReader {
  at = 0
  readonly #bytes: FileBytes
  #held: Buffer = Buffer.alloc(0)
  #heldAt = 0

  constructor(bytes: FileBytes) {
    this.#bytes = bytes
  }

  async next(): Promise<number> {
    const place = this.at - this.#heldAt
    if (place < 0 || place >= this.#held.length) {
      this.#held = await this.#bytes.read(this.at, chunk)
      this.#heldAt = this.at
    }
    return this.#held[this.at++ - this.#heldAt] ?? 0
  }

  skip(length: number): void {
    this.at += length
  }
}
