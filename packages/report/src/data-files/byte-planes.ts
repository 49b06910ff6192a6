/** Numbers whose bytes can be laid out in planes. */
export type Numbers = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array

/**
 * The bytes of numbers with all first bytes before all second ones (least significant first): neighbours are alike, and gzip sees it.
 * @param width bytes a number
 */
export function toPlanes(numbers: Numbers): Uint8Array {
  const width = numbers.BYTES_PER_ELEMENT
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  const planes = new Uint8Array(bytes.length)
  const count = numbers.length
  for (let plane = 0; plane < width; plane++)
    for (let at = 0; at < count; at++) planes[plane * count + at] = bytes[at * width + plane]
  return planes
}

/** Undoes `toPlanes`: an own copy of the bytes, in the order of the machine (all that run this are little-endian). */
export function fromPlanes(planes: Uint8Array, width: number): ArrayBuffer {
  const bytes = new Uint8Array(planes.length)
  const count = planes.length / width
  for (let plane = 0; plane < width; plane++)
    for (let at = 0; at < count; at++) bytes[at * width + plane] = planes[plane * count + at]
  return bytes.buffer
}
