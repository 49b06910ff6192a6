/** A value of Thrift's compact protocol, as Parquet's footer and page headers are written: structs are maps from field number to value. */
export type ThriftValue = boolean | number | Uint8Array | ThriftValue[] | ThriftStruct
export interface ThriftStruct extends ReadonlyMap<number, ThriftValue> {}

/** Deeper than Parquet's metadata is. */
const maxDepth = 16

/**
 * Reads one struct. Every step takes a byte of what is there, so that no claim of the bytes costs more than their number.
 * Format: github.com/apache/thrift, doc/specs/thrift-compact-protocol.md. Numbers beyond 2^53 are rounded.
 *
 * @returns the struct and the place after it
 * @throws Error where the bytes are no struct
 */
export function readStruct(bytes: Uint8Array, at: number): { struct: ThriftStruct; end: number } {
  const reader = new ThriftReader(bytes, at)
  const struct = reader.struct(0)
  return { struct, end: reader.at }
}

class ThriftReader {
  at: number
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  struct(depth: number): ThriftStruct {
    if (depth > maxDepth) throw new Error('metadata is nested too deep')
    const fields = new Map<number, ThriftValue>()
    let field = 0
    for (;;) {
      const head = this.byte()
      const type = head & 15
      if (type === 0) return fields
      field = head >> 4 === 0 ? this.integer() : field + (head >> 4)
      // A boolean's value is its type.
      fields.set(field, type === 1 || type === 2 ? type === 1 : this.#value(type, depth))
    }
  }

  byte(): number {
    if (!(this.at < this.#bytes.length)) throw new Error('metadata ends early')
    return this.#bytes[this.at++]
  }

  /** Zigzag: 0, -1, 1, -2, … */
  integer(): number {
    const code = this.#unsigned()
    return code % 2 === 0 ? code / 2 : -(code + 1) / 2
  }

  #unsigned(): number {
    let value = 0
    for (let shift = 1, length = 0; length < 10; shift *= 128, length++) {
      const byte = this.byte()
      value += (byte & 127) * shift
      if (byte < 128) return value
    }
    throw new Error('a number of more than 10 bytes')
  }

  #value(type: number, depth: number): ThriftValue {
    switch (type) {
      case 1:
      case 2:
        return this.byte() === 1
      case 3:
        return (this.byte() << 24) >> 24
      case 4:
      case 5:
      case 6:
        return this.integer()
      case 7: {
        const bytes = this.#take(8)
        return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true)
      }
      case 8:
        return this.#take(this.#unsigned())
      case 9:
        return this.#list(depth)
      case 12:
        return this.struct(depth + 1)
      default:
        throw new Error(`metadata of the unknown type ${type}`)
    }
  }

  #list(depth: number): ThriftValue[] {
    if (depth > maxDepth) throw new Error('metadata is nested too deep')
    const head = this.byte()
    const length = head >> 4 === 15 ? this.#unsigned() : head >> 4
    if (length > this.#bytes.length - this.at) throw new Error(`a list of ${length} where the metadata ends`)
    const items: ThriftValue[] = []
    for (let index = 0; index < length; index++) items.push(this.#value(head & 15, depth + 1))
    return items
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.at) throw new Error(`${length} bytes where the metadata ends`)
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }
}
