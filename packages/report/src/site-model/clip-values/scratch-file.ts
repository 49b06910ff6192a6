import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'

/** Bytes that are read and written at once. */
const pageBytes = 2 ** 16
/** Pages that are held in memory. */
const heldPages = 96

/**
 * An array of 64-bit numbers on disk, as long as it needs to be, for what is written in one order and read in another and is more than memory should hold.
 * Places that were never written read as 0. What is in use at a time lies in memory, the rest in a file of its own, which is removed when it is closed.
 */
export class ScratchFile {
  readonly #path: string
  readonly #descriptor: number
  /** By number; the one used last stands last. */
  readonly #pages = new Map<number, { bytes: Uint8Array; floats: Float64Array; isChanged: boolean }>()
  #recent: { number: number; floats: Float64Array; page: { isChanged: boolean } } | undefined

  /** @param path of a file in a folder of our own, which must not be there yet */
  constructor(path: string) {
    this.#path = path
    this.#descriptor = openSync(path, 'wx+')
  }

  get(index: number): number {
    return this.#floatsOf(index)[index % (pageBytes / 8)]
  }

  set(index: number, value: number): void {
    this.#floatsOf(index)[index % (pageBytes / 8)] = value
    this.#recent!.page.isChanged = true
  }

  /** Reads what lies from `index` on, as much as `into` holds. */
  read(index: number, into: Float64Array): void {
    this.flush()
    const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength)
    let at = 0
    while (at < bytes.length) {
      const read = readSync(this.#descriptor, bytes, at, bytes.length - at, 8 * index + at)
      if (read === 0) break
      at += read
    }
    bytes.fill(0, at)
  }

  /** Writes what is only in memory, and forgets it. */
  flush(): void {
    for (const [number, { bytes, isChanged }] of this.#pages) if (isChanged) this.#write(number, bytes)
    this.#pages.clear()
    this.#recent = undefined
  }

  close(): void {
    closeSync(this.#descriptor)
    rmSync(this.#path, { force: true })
  }

  #floatsOf(index: number): Float64Array {
    const number = Math.floor(index / (pageBytes / 8))
    if (this.#recent?.number === number) return this.#recent.floats
    let page = this.#pages.get(number)
    if (page === undefined) {
      const bytes = new Uint8Array(pageBytes)
      for (let at = 0; at < pageBytes;) {
        const read = readSync(this.#descriptor, bytes, at, pageBytes - at, number * pageBytes + at)
        if (read === 0) break
        at += read
      }
      page = { bytes, floats: new Float64Array(bytes.buffer), isChanged: false }
      const [oldest] = this.#pages
      if (this.#pages.size >= heldPages) {
        if (oldest[1].isChanged) this.#write(oldest[0], oldest[1].bytes)
        this.#pages.delete(oldest[0])
      }
    } else this.#pages.delete(number)
    this.#pages.set(number, page)
    this.#recent = { number, floats: page.floats, page }
    return page.floats
  }

  #write(number: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;)
      at += writeSync(this.#descriptor, bytes, at, bytes.length - at, number * pageBytes + at)
  }
}
