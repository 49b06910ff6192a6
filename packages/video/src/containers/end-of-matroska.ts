import type { DeclaredEnd, FileBytes } from './file-bytes.ts'

const segmentId = 0x18538067

/** EBML (RFC 8794): the header element, then the segment, whose size is unknown (all ones) where it was streamed. */
export async function endOfMatroska({ size, read }: FileBytes): Promise<DeclaredEnd> {
  let at = 0
  // The header, padding, the segment: more than these are never before it.
  for (let step = 0; at < size && step < 16; step++) {
    const header = await read(at, 12)
    if (header.length < 12) return { end: undefined }
    const idLength = Math.clz32(header[0]) - 23
    const sizeLength = Math.clz32(header[idLength]) - 23
    if (idLength > 4 || sizeLength > 8) return { end: undefined }
    const length = elementSize(header.subarray(idLength, idLength + sizeLength))
    if (length === undefined) return { end: undefined }
    at += idLength + sizeLength + length
    if (idLength === 4 && header.readUInt32BE(0) === segmentId) return { end: at, promise: 'seconds' }
  }
  return { end: at > size ? at : undefined }
}

function elementSize(bytes: Buffer): number | undefined {
  const marker = 0x80 >> (bytes.length - 1)
  let value = BigInt(bytes[0] & (marker - 1))
  for (const byte of bytes.subarray(1)) value = (value << 8n) | BigInt(byte)
  return value === (1n << BigInt(7 * bytes.length)) - 1n ? undefined : Number(value)
}
