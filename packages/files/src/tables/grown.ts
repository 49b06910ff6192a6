/** The same numbers with room for so many, where there is none: half as much again, so that adding one by one costs little. */
export function grown<T extends Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array>(
  numbers: T,
  length: number,
): T {
  if (length <= numbers.length) return numbers
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of the same kind
  const larger = new (numbers.constructor as new (length: number) => T)(
    Math.max(length, Math.ceil(1.5 * numbers.length)),
  )
  larger.set(numbers)
  return larger
}
