import type { DataHead } from './container.ts'

/**
 * Content of a data file that has text beside numbers: the length of the JSON (32 bits, little-endian), the JSON, then the parts one behind another, whose
 * lengths the reader knows from the JSON and the head.
 */
export function packParts(text: unknown, parts: readonly Uint8Array[]): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(text))
  const bytes = new Uint8Array(4 + json.length + parts.reduce((sum, part) => sum + part.length, 0))
  new DataView(bytes.buffer).setUint32(0, json.length, true)
  bytes.set(json, 4)
  let at = 4 + json.length
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Takes the parts out in the order in which they were packed. `T` is what the text was. */
export class PartReader<T> {
  readonly text: T
  readonly #bytes: Uint8Array
  #at: number

  constructor(bytes: Uint8Array) {
    const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true)
    this.text = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)))
    this.#bytes = bytes
    this.#at = 4 + length
  }

  /** The next `length` bytes. @throws Error where fewer are left */
  take(length: number): Uint8Array {
    const part = this.#bytes.subarray(this.#at, this.#at + length)
    if (part.length !== length) throw new Error(`expected ${length} more bytes of data, found ${part.length}`)
    this.#at += length
    return part
  }
}

/** The bytes in memory of their own, at an address that any numbers may have. */
export function copied(bytes: Uint8Array): ArrayBuffer {
  const own = new ArrayBuffer(bytes.length)
  new Uint8Array(own).set(bytes)
  return own
}

/** A part of `total` that a file is about. */
export interface ShardHead extends DataHead {
  /** First clip. */
  from: number
  /** The clip behind the last. */
  to: number
}
