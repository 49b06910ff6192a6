import { networkError } from '../tracklets/network-error.ts'

/** A regular file of an archive. */
export interface TarFile {
  /** Name as the archive has it, with `/`. */
  readonly name: string
  readonly size: number
  /** Its bytes. What is not read of them is passed over. */
  readonly content: AsyncIterable<Uint8Array>
}

const block = 512

/**
 * The regular files of a tar archive (POSIX.1-1988 ustar, as npm packs), one after another as they come. Folders, links and extended headers are passed over: a
 * name that only an extended header would tell is not found under its short one. @throws KinemetricError `malformed`, `truncated`
 */
export async function* readTar(
  source: AsyncIterable<Uint8Array>,
  where: string,
): AsyncGenerator<TarFile, void, undefined> {
  const bytes = new Bytes(source, where)
  for (;;) {
    const header = await bytes.take(block)
    if (header.every((byte) => byte === 0)) return
    const size = sizeIn(header, where)
    const type = String.fromCharCode(header[156])
    let left = size
    async function* content(): AsyncGenerator<Uint8Array, void, undefined> {
      while (left > 0) {
        const piece = await bytes.some(left)
        left -= piece.length
        yield piece
      }
    }
    if (type === '0' || type === '\0') yield { name: nameIn(header), size, content: content() }
    while (left > 0) left -= (await bytes.some(left)).length
    await bytes.take((block - (size % block)) % block)
  }
}

function nameIn(header: Uint8Array): string {
  const prefix = textIn(header, 345, 155)
  const name = textIn(header, 0, 100)
  return prefix === '' ? name : `${prefix}/${name}`
}

function sizeIn(header: Uint8Array, where: string): number {
  const text = textIn(header, 124, 12).trim()
  // The sum is over the header with its own field as spaces.
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0)
  if (/^[0-7]+$/.test(text) && parseInt(textIn(header, 148, 8).trim(), 8) === sum) return parseInt(text, 8)
  throw networkError('malformed', where, { expected: 'the header of a file in a tar archive', found: 'other bytes' })
}

function textIn(header: Uint8Array, start: number, length: number): string {
  const field = header.subarray(start, start + length)
  const end = field.indexOf(0)
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end))
}

/** Pieces of bytes, taken in other lengths than they come in. */
class Bytes {
  readonly #pieces: AsyncIterator<Uint8Array>
  readonly #where: string
  #held: Uint8Array = new Uint8Array(0)

  constructor(source: AsyncIterable<Uint8Array>, where: string) {
    this.#pieces = source[Symbol.asyncIterator]()
    this.#where = where
  }

  /** From one byte up to `most`. */
  async some(most: number): Promise<Uint8Array> {
    while (this.#held.length === 0) {
      const next = await this.#pieces.next()
      if (next.done === true)
        throw networkError('truncated', this.#where, { expected: 'the rest of a tar archive', found: 'its end' })
      this.#held = next.value
    }
    const piece = this.#held.subarray(0, most)
    this.#held = this.#held.subarray(piece.length)
    return piece
  }

  async take(length: number): Promise<Uint8Array> {
    const all = new Uint8Array(length)
    for (let have = 0; have < length;) {
      const piece = await this.some(length - have)
      all.set(piece, have)
      have += piece.length
    }
    return all
  }
}
