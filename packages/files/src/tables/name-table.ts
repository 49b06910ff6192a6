import { endianness } from 'node:os'
import { grown } from './grown.ts'

/** So many names are there room for at first. */
const FIRST = 64

/**
 * Many names, each once and known by its place: a hundred thousand take some 50 bytes each, where a Map of strings takes three times that and more while it grows.
 * Names are compared by their code units, whatever they are.
 */
export class NameTable implements Iterable<string> {
  /** Code units of all names, one after the other, and the same as bytes. */
  #units = new Uint16Array(FIRST * 16)
  #bytes = Buffer.from(this.#units.buffer)
  /** `[size]` where each name ends. */
  #ends = new Uint32Array(FIRST)
  /** Places by hash, plus 1; 0 where there is none. Its length is a power of two. */
  #slots = new Int32Array(2 * FIRST)
  #size = 0

  constructor(names: Iterable<string> = []) {
    for (const name of names) this.add(name)
  }

  get size(): number {
    return this.#size
  }

  /** @returns the place of the name, from 0 in the order in which names came */
  add(name: string): number {
    const known = this.#slotOf(name)
    if (this.#slots[known] !== 0) return this.#slots[known] - 1
    const begin = this.#beginOf(this.#size)
    const end = begin + name.length
    if (end > this.#units.length) {
      this.#units = grown(this.#units, end)
      this.#bytes = Buffer.from(this.#units.buffer)
    }
    this.#ends = grown(this.#ends, this.#size + 1)
    for (let at = 0; at < name.length; at++) this.#units[begin + at] = name.charCodeAt(at)
    this.#ends[this.#size] = end
    this.#slots[known] = ++this.#size
    if (4 * this.#size > 3 * this.#slots.length) this.#spread()
    return this.#size - 1
  }

  /** @returns −1 for a name that is not there */
  indexOf(name: string): number {
    return this.#slots[this.#slotOf(name)] - 1
  }

  has(name: string): boolean {
    return this.indexOf(name) >= 0
  }

  /** @throws RangeError for a place that no name has */
  at(place: number): string {
    if (!(place >= 0 && place < this.#size))
      throw new RangeError(`expected a place below ${this.#size}, found ${place}`)
    return isLittleEndian
      ? this.#bytes.toString('utf16le', 2 * this.#beginOf(place), 2 * this.#ends[place])
      : Array.from(this.#units.subarray(this.#beginOf(place), this.#ends[place]), (unit) =>
          String.fromCharCode(unit),
        ).join('')
  }

  *[Symbol.iterator](): Generator<string> {
    for (let place = 0; place < this.#size; place++) yield this.at(place)
  }

  #beginOf(place: number): number {
    return place === 0 ? 0 : this.#ends[place - 1]
  }

  /** Where a name stands among the slots, or would. */
  #slotOf(name: string): number {
    const mask = this.#slots.length - 1
    let slot = hashOf(name) & mask
    while (this.#slots[slot] !== 0 && !this.#is(this.#slots[slot] - 1, name)) slot = (slot + 1) & mask
    return slot
  }

  #is(place: number, name: string): boolean {
    const begin = this.#beginOf(place)
    if (this.#ends[place] - begin !== name.length) return false
    for (let at = 0; at < name.length; at++) if (this.#units[begin + at] !== name.charCodeAt(at)) return false
    return true
  }

  #spread(): void {
    const slots = new Int32Array(2 * this.#slots.length)
    const mask = slots.length - 1
    for (let place = 0; place < this.#size; place++) {
      let slot = hashOf(this.at(place)) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = place + 1
    }
    this.#slots = slots
  }
}

/** FNV-1a over code units, its high bits mixed into the low ones, which choose the slot. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  return hash ^ (hash >>> 15)
}

const isLittleEndian = endianness() === 'LE'
