import { open } from 'node:fs/promises'

/**
 * Whether a video file ends before its own structure says: top-level boxes (MP4, MOV), the segment (WebM, MKV), RIFF
 * chunks (AVI), or the trailer (GIF). Decoders mostly end in silence there, with fewer frames.
 * @returns what is missing, in words; undefined where the file is whole or its format does not tell
 */
export async function isCutShort(path: string): Promise<string | undefined> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const read = async (position: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
      return buffer.subarray(0, bytesRead)
    }
    const declared = await declaredEnd(read, size)
    if (declared === undefined || declared <= size) return undefined
    if (!Number.isFinite(declared)) return `expected a trailer at the end of the file, found none after ${size} bytes`
    return `expected a file of ${declared} bytes, found ${size}`
  } finally {
    await file.close()
  }
}

type Read = (position: number, length: number) => Promise<Buffer>

async function declaredEnd(read: Read, size: number): Promise<number | undefined> {
  const start = await read(0, 12)
  if (start.length < 12) return undefined
  if (start.readUInt32BE(0) === 0x1a45dfa3) return endOfMatroska(read, size)
  if (start.toString('latin1', 4, 8) === 'ftyp') return endOfBoxes(read, size)
  if (start.toString('latin1', 0, 4) === 'RIFF') return endOfRiff(read, size)
  if (start.toString('latin1', 0, 4) === 'GIF8') return endOfGif(read, size)
  return undefined
}

/** ISO base media: boxes of 32-bit size and type; size 1 means a 64-bit one follows, size 0 "to the end of the file". */
async function endOfBoxes(read: Read, size: number): Promise<number | undefined> {
  let at = 0
  while (at < size) {
    const header = await read(at, 16)
    if (header.length < 8) return undefined
    let length = header.readUInt32BE(0)
    if (length === 0) return size
    if (length === 1 && header.length === 16) length = Number(header.readBigUInt64BE(8))
    if (length < 8) return undefined
    at += length
  }
  return at
}

/** EBML: the header element, then the segment; a live stream's segment has unknown size (all ones). */
async function endOfMatroska(read: Read, size: number): Promise<number | undefined> {
  const segmentId = 0x18538067
  let at = 0
  while (at < size) {
    const header = await read(at, 12)
    if (header.length < 12) return undefined
    const idLength = Math.clz32(header[0]) - 23
    const sizeLength = Math.clz32(header[idLength]) - 23
    if (idLength > 4 || sizeLength > 8) return undefined
    const length = elementSize(header.subarray(idLength, idLength + sizeLength))
    if (length === undefined) return undefined
    at += idLength + sizeLength + length
    if (idLength === 4 && header.readUInt32BE(0) === segmentId) return at
  }
  return at
}

function elementSize(bytes: Buffer): number | undefined {
  const marker = 0x80 >> (bytes.length - 1)
  let value = BigInt(bytes[0] & (marker - 1))
  for (const byte of bytes.subarray(1)) value = (value << 8n) | BigInt(byte)
  return value === (1n << BigInt(7 * bytes.length)) - 1n ? undefined : Number(value)
}

/** AVI: RIFF chunks of 32-bit little-endian size after an 8-byte header; OpenDML files have several. */
async function endOfRiff(read: Read, size: number): Promise<number | undefined> {
  let at = 0
  while (at < size) {
    const header = await read(at, 8)
    if (header.length < 8 || header.toString('latin1', 0, 4) !== 'RIFF') return at
    const length = header.readUInt32LE(4)
    // Written when the writer could not go back to fill it in.
    if (length === 0 || length === 0xffffffff) return undefined
    at += 8 + length
  }
  return at
}

/** GIF: the last byte is 0x3B; some writers pad after it. */
async function endOfGif(read: Read, size: number): Promise<number | undefined> {
  const tail = await read(Math.max(0, size - 16), 16)
  return tail.includes(0x3b) ? size : Infinity
}
