import { closeSync, openSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { constants, crc32, deflateRaw } from 'node:zlib'

const deflated = promisify(deflateRaw)

/** A file of an archive: its path with `/`, and its bytes, which are read when they are packed. */
export interface ZipEntry {
  readonly path: string
  readonly bytes: () => Uint8Array
}

/** 1980-01-01 0:00, the first time of the format: the same files are the same archive. */
const [time, date] = [0, 0x21]
/** Bytes of an entry's head in the directory at the end, without its name. */
const headLength = 46
/** A regular file that everybody may read, made on Unix. */
const [madeBy, attributes] = [(3 << 8) | 20, 0o100644 << 16]
/** Names are UTF-8. */
const flags = 0x800

/**
 * Writes a ZIP archive, each entry deflated as far as zlib can (or stored, where that is shorter), in the order given. Below 4 GiB and 65,535 entries.
 * @returns its length in bytes
 */
export async function writeZip(path: string, entries: Iterable<ZipEntry>): Promise<number> {
  const file = openSync(path, 'w')
  try {
    let length = 0
    const put = (bytes: Uint8Array) => {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
      length += bytes.length
    }
    const heads: Uint8Array[] = []
    for (const entry of entries) {
      const name = Buffer.from(entry.path)
      const bytes = entry.bytes()
      const packed = await deflated(bytes, { level: constants.Z_BEST_COMPRESSION })
      const isShorter = packed.length < bytes.length
      const data = isShorter ? packed : bytes
      const common = commonHead(isShorter ? 8 : 0, crc32(bytes), data.length, bytes.length, name.length)
      heads.push(Buffer.concat([directoryHead(common, length), name]))
      put(Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common]))
      put(name)
      put(data)
    }
    const start = length
    for (const head of heads) put(head)
    put(end(heads.length, length - start, start))
    if (length > 0xffffffff || heads.length > 0xffff)
      throw new Error(
        `${path}: expected an archive of less than 4 GiB and 65,535 files, found ${length} bytes and ${heads.length}`,
      )
    return length
  } finally {
    closeSync(file)
  }
}

/** What an entry's two heads have in common, from the version needed to the length of extra fields. */
function commonHead(method: number, crc: number, packed: number, unpacked: number, nameLength: number): Buffer {
  const head = Buffer.alloc(26)
  head.writeUInt16LE(20, 0)
  head.writeUInt16LE(flags, 2)
  head.writeUInt16LE(method, 4)
  head.writeUInt16LE(time, 6)
  head.writeUInt16LE(date, 8)
  head.writeUInt32LE(crc, 10)
  head.writeUInt32LE(packed, 14)
  head.writeUInt32LE(unpacked, 18)
  head.writeUInt16LE(nameLength, 22)
  return head
}

function directoryHead(common: Buffer, offset: number): Buffer {
  const head = Buffer.alloc(headLength)
  head.write('PK\x01\x02', 'latin1')
  head.writeUInt16LE(madeBy, 4)
  common.copy(head, 6)
  head.writeUInt32LE(attributes >>> 0, 38)
  head.writeUInt32LE(offset, 42)
  return head
}

function end(count: number, directoryLength: number, directoryStart: number): Buffer {
  const bytes = Buffer.alloc(22)
  bytes.write('PK\x05\x06', 'latin1')
  bytes.writeUInt16LE(count, 8)
  bytes.writeUInt16LE(count, 10)
  bytes.writeUInt32LE(directoryLength, 12)
  bytes.writeUInt32LE(directoryStart, 16)
  return bytes
}
