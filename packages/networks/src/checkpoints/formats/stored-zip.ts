import { crc32 } from 'node:zlib'
import { padding } from './write-safetensors.ts'

export interface StoredEntry {
  readonly name: string
  readonly data: Uint8Array
}

/** Contents begin at multiples of this, as torch's do. */
const alignment = 64
const limit32 = 0xffffffff
/** A fixed date (1980-01-01), so that the same entries give the same bytes. */
const dosDate = 0x0021

/**
 * The pieces of a zip file of STORED entries, in order. ZIP64 fields are written where a number needs them, or
 * everywhere with `zip64` (PKWARE's APPNOTE 6.3.10, §4.3 and §4.5.3).
 */
export function* storedZip(entries: readonly StoredEntry[], zip64 = false): Generator<Uint8Array> {
  let position = 0
  const central: Uint8Array[] = []
  for (const { name, data } of entries) {
    const nameBytes = new TextEncoder().encode(name)
    const checksum = crc32(data)
    const large = zip64 || data.length >= limit32 || position >= limit32
    const sizes = large ? record([u16(0x0001), u16(16), u64(data.length), u64(data.length)]) : new Uint8Array()
    const shown = large ? limit32 : data.length
    const fixed = 30 + nameBytes.length + sizes.length
    // An extra field of its own kind ("FB", as torch's) pads the contents to the alignment; its own head takes 4 bytes.
    const filling = padding(position + fixed + 4, alignment)
    const fill = record([u16(0x4246), u16(filling), new Uint8Array(filling)])
    const common = [
      u16(large ? 45 : 20),
      u16(0x0800),
      u16(0),
      u16(0),
      u16(dosDate),
      u32(checksum),
      u32(shown),
      u32(shown),
    ]
    const local = record([
      u32(0x04034b50),
      ...common,
      u16(nameBytes.length),
      u16(sizes.length + fill.length),
      nameBytes,
      sizes,
      fill,
    ])
    const place = large
      ? record([u16(0x0001), u16(24), u64(data.length), u64(data.length), u64(position)])
      : new Uint8Array()
    const zeros = [u16(0), u16(0), u16(0), u32(0)]
    central.push(
      record([
        u32(0x02014b50),
        u16(45),
        ...common,
        u16(nameBytes.length),
        u16(place.length),
        ...zeros,
        u32(large ? limit32 : position),
        nameBytes,
        place,
      ]),
    )
    yield local
    yield data
    position += local.length + data.length
  }
  const directory = record(central)
  yield directory
  const large = zip64 || position >= limit32 || entries.length >= 0xffff
  if (large) {
    const count = u64(entries.length)
    const end = [u64(44), u16(45), u16(45), u32(0), u32(0), count, count, u64(directory.length), u64(position)]
    yield record([u32(0x06064b50), ...end])
    yield record([u32(0x07064b50), u32(0), u64(position + directory.length), u32(1)])
  }
  const count = u16(large ? 0xffff : entries.length)
  const where = [u32(large ? limit32 : directory.length), u32(large ? limit32 : position)]
  yield record([u32(0x06054b50), u16(0), u16(0), count, count, ...where, u16(0)])
}

function record(fields: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(fields)
}
function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8)
}
function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return bytes
}
function u64(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true)
  return bytes
}
