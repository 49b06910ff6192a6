/**
 * The same numbers with room for so many, where there is none: half as much again, so that adding one by one costs little. What was given is not to be used any
 * more: its memory goes over, and nothing waits for the collection of garbage.
 */
export function grown<T extends Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array>(
  numbers: T,
  length: number,
): T {
  if (length <= numbers.length) return numbers
  const size = Math.max(length, Math.ceil(1.5 * numbers.length))
  if (!(numbers.buffer instanceof ArrayBuffer)) throw new TypeError('expected numbers in memory of their own')
  const buffer = numbers.buffer.transfer(size * numbers.BYTES_PER_ELEMENT)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of the same kind
  return new (numbers.constructor as new (buffer: ArrayBuffer) => T)(buffer)
}
