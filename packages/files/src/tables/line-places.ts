import { closeSync, fstatSync, readSync } from 'node:fs'
import { fileError } from '../errors/file-error.ts'
import { isError } from '../errors/kinemetric-error.ts'
import { systemReason } from '../errors/system-reason.ts'
import { openRegularFileNow } from '../reading/open-regular-file.ts'
import { grown } from './grown.ts'

/** So many bytes are read at once: whoever goes through a file in its order asks the system seldom. */
const WINDOW = 2 ** 15

/** Where lines of a file lie, by number: what was found once is read again when it is wanted, and not held. 12 bytes each. */
export class LinePlaces {
  #begins = new Float64Array(64)
  #lengths = new Uint32Array(64)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** @param begin and end, in bytes of the file; without the line feed @returns the line's number, from 0 */
  add(begin: number, end: number): number {
    this.set(this.#size, begin, end)
    return this.#size - 1
  }

  /** Puts a line in place of the one of that number, or behind the last. */
  set(line: number, begin: number, end: number): void {
    if (line > this.#size) throw new RangeError(`expected a line up to ${this.#size}, found ${line}`)
    this.#size = Math.max(this.#size, line + 1)
    this.#begins = grown(this.#begins, this.#size)
    this.#lengths = grown(this.#lengths, this.#size)
    this.#begins[line] = begin
    this.#lengths[line] = end - begin
  }

  /** In bytes. */
  of(line: number): { readonly begin: number; readonly length: number } {
    if (!(line >= 0 && line < this.#size)) throw new RangeError(`expected a line below ${this.#size}, found ${line}`)
    return { begin: this.#begins[line], length: this.#lengths[line] }
  }
}

/**
 * Reads lines of a file by their places, in any order, best in that of the file. A file that is held is opened once, so that another one in its place changes
 * nothing; of many files none is held, for a process may have only so many open.
 */
export class PlacedLines {
  readonly #path: string
  readonly #isHeld: boolean
  #descriptor: number | undefined
  #window = Buffer.alloc(0)
  #at = 0
  #filled = 0

  constructor(path: string, { held = false }: { held?: boolean | undefined } = {}) {
    this.#path = path
    this.#isHeld = held
  }

  /** @throws KinemetricError as `openRegularFile`; `not-readable` where the file has become shorter */
  text({ begin, length }: { begin: number; length: number }): string {
    if (begin < this.#at || begin + length > this.#at + this.#filled) this.#fill(begin, length)
    return this.#window.toString('utf8', begin - this.#at, begin - this.#at + length)
  }

  /** Opens a file that is held, where it is not yet. @throws as `text` */
  open(): void {
    this.#descriptor ??= openRegularFileNow(this.#path).descriptor
  }

  /** Lets go of the file and of what was read of it; it may be read again. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
    this.#window = Buffer.alloc(0)
    this.#filled = 0
  }

  #fill(begin: number, length: number): void {
    this.open()
    const descriptor = this.#descriptor!
    const size = Math.max(length, WINDOW)
    if (this.#window.length < size) this.#window = Buffer.alloc(size)
    this.#at = begin
    this.#filled = 0
    try {
      while (this.#filled < length) {
        const room = this.#window.length - this.#filled
        const read = readSync(descriptor, this.#window, this.#filled, room, begin + this.#filled)
        if (read === 0) break
        this.#filled += read
      }
      if (this.#filled < length)
        throw fileError('not-readable', this.#path, {
          expected: `${length} bytes from byte ${begin} on, as they were found before`,
          found: `a file of ${fstatSync(descriptor).size} bytes`,
        })
    } catch (cause) {
      if (isError(cause)) throw cause
      throw fileError('not-readable', this.#path, `cannot be read (${systemReason(cause)})`, { cause })
    } finally {
      if (!this.#isHeld) {
        closeSync(descriptor)
        this.#descriptor = undefined
      }
    }
  }
}
