/**
 * Writes protocol buffer messages: the few wire types that ONNX needs. A message is a list of byte pieces, joined once at
 * the end, so that a nested message costs no copy of its parent.
 * Source followed: the protocol buffers encoding guide (varint, 32-bit and length-delimited records).
 */
export class ProtobufWriter {
  readonly #pieces: Uint8Array[] = []
  #length = 0

  /** Bytes written so far. */
  get length(): number {
    return this.#length
  }

  /** An int32, int64, bool or enum field. Negative numbers take ten bytes, as two's complement of 64 bits. */
  integer(field: number, value: number | bigint): this {
    this.#key(field, 0)
    this.#push(varint(value))
    return this
  }

  /** A float field (32 bits, little-endian). */
  float(field: number, value: number): this {
    this.#key(field, 5)
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setFloat32(0, value, true)
    this.#push(bytes)
    return this
  }

  /** A string or bytes field. Bytes are kept by reference until `finish`. */
  bytes(field: number, value: string | Uint8Array): this {
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
    this.#key(field, 2)
    this.#push(varint(bytes.length))
    this.#push(bytes)
    return this
  }

  /** A nested message. */
  message(field: number, write: (writer: ProtobufWriter) => void): this {
    const nested = new ProtobufWriter()
    write(nested)
    this.#key(field, 2)
    this.#push(varint(nested.#length))
    for (const piece of nested.#pieces) this.#push(piece)
    return this
  }

  /** The whole message as one array. */
  finish(): Uint8Array {
    const bytes = new Uint8Array(this.#length)
    let at = 0
    for (const piece of this.#pieces) {
      bytes.set(piece, at)
      at += piece.length
    }
    return bytes
  }

  #key(field: number, wireType: number): void {
    this.#push(varint(field * 8 + wireType))
  }

  #push(piece: Uint8Array): void {
    this.#pieces.push(piece)
    this.#length += piece.length
  }
}

/** Base-128 varint, least significant group first. */
export function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}
