import { crc32, inflateRawSync } from 'node:zlib'
import { zipSync } from 'fflate'
import { interchangeError } from './interchange-error.ts'
import { formatNpy, parseNpy, parseNpyText, parseNpyTexts, type NpyArray, type NpyText } from './npy.ts'

const END = 0x06054b50
const END64 = 0x06064b50
const END64_LOCATOR = 0x07064b50
const ENTRY = 0x02014b50
const LOCAL = 0x04034b50
const END_SIZE = 22
const MOST_ENTRIES = 1000
/** The date of every entry (local time, as zip has it), so that equal content has equal bytes. */
export const EPOCH = new Date(1980, 0, 1)
/** Deflate cannot do better than 1032 to 1; an entry that claims more is a bomb or damaged. */
const BEST_RATIO = 1032
/** What numbers of networks never reach. A small file must not fill the memory: beyond `FREELY` bytes an entry may not unpack to more than this. */
const PLAUSIBLE_RATIO = 16
const FREELY = 2 ** 28

/** An .npz archive, opened: entries are unpacked when asked for. */
export interface Npz {
  /** Names without `.npy`. */
  names: readonly string[]
  /** @throws KinemetricError `missing-entry`, and as `parseNpy` */
  array(name: string): NpyArray
  /** @throws KinemetricError `missing-entry`, and as `parseNpyText` */
  text(name: string): string
  /** @throws KinemetricError `missing-entry`, and as `parseNpyTexts` */
  texts(name: string): string[]
}

/**
 * Opens an .npz file (a zip of .npy files, stored or deflated, as `numpy.savez` and `savez_compressed` write it).
 *
 * Sizes in the archive are not trusted: an entry unpacks to at most what it declares, that is at most 256 MiB or 16 times its packed
 * size, whichever is more, and `maxBytes`; and its checksum is verified. An archive that is larger can be stored without compression.
 *
 * @param where the file, named in errors
 * @param maxBytes of one unpacked entry; default 4 GiB
 * @throws KinemetricError `not-npz`, `damaged`, `unsupported`, `too-large`
 */
export function openNpz(bytes: Uint8Array, where = 'npz', maxBytes = 2 ** 32): Npz {
  const entries = readDirectory(bytes, where)
  const unpack = (name: string): Uint8Array => {
    const entry = entries.get(name)
    if (entry === undefined) {
      throw interchangeError('missing-entry', where, {
        expected: `an entry '${name}'`,
        found: listedEntries([...entries.keys()]),
      })
    }
    return unpackEntry(bytes, entry, `${where}:${name}`, maxBytes)
  }
  return {
    names: [...entries.keys()],
    array: (name) => parseNpy(unpack(name), `${where}:${name}`),
    text: (name) => parseNpyText(unpack(name), `${where}:${name}`),
    texts: (name) => parseNpyTexts(unpack(name), `${where}:${name}`),
  }
}

/** Names for an error: the first few of an archive that may hold hundreds. */
export function listedEntries(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  const more = names.length > 6 ? ` and ${names.length - 6} more` : ''
  return names.slice(0, 6).join(', ') + more
}

/** The bytes of an .npz file, stored without compression as `numpy.savez` does; the same bytes for the same content. */
export function formatNpz(
  entries: Readonly<Record<string, { data: Float32Array | Float64Array; shape: readonly number[] } | NpyText>>,
): Uint8Array {
  const files: Record<string, Uint8Array> = {}
  for (const [name, value] of Object.entries(entries)) files[`${name}.npy`] = formatNpy(value)
  return zipSync(files, { level: 0, mtime: EPOCH })
}

interface Entry {
  method: number
  crc: number
  packed: number
  size: number
  offset: number
}

function readDirectory(bytes: Uint8Array, where: string): Map<string, Entry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { count, start } = findDirectory(view, where)
  if (count > MOST_ENTRIES) {
    throw interchangeError('unsupported', where, { expected: `at most ${MOST_ENTRIES} entries`, found: `${count}` })
  }
  const entries = new Map<string, Entry>()
  let at = start
  for (let k = 0; k < count; k++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== ENTRY) {
      throw interchangeError('damaged', where, `expected entry ${k} of ${count} of the zip directory at byte ${at}`)
    }
    const nameLength = view.getUint16(at + 28, true)
    const extraLength = view.getUint16(at + 30, true)
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true)
    if (next > bytes.length)
      throw interchangeError('damaged', where, { expected: 'a whole zip directory', found: 'its end missing' })
    const name = Buffer.from(bytes.subarray(at + 46, at + 46 + nameLength)).toString('utf8')
    if (view.getUint16(at + 8, true) & 1) throw interchangeError('unsupported', where, `entry '${name}' is encrypted`)
    const entry: Entry = {
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    }
    readZip64(view, at + 46 + nameLength, extraLength, entry)
    const key = name.replace(/\.npy$/, '')
    if (entries.has(key)) throw interchangeError('damaged', where, `two entries are called '${key}'`)
    entries.set(key, entry)
    at = next
  }
  return entries
}

/** The end record may be followed by a comment of up to 65,535 bytes. */
function findDirectory(view: DataView, where: string): { count: number; start: number } {
  const length = view.byteLength
  for (let at = length - END_SIZE; at >= Math.max(0, length - END_SIZE - 65_535); at--) {
    if (view.getUint32(at, true) !== END) continue
    const count = view.getUint16(at + 10, true)
    const start = view.getUint32(at + 16, true)
    const locator = at - 20
    if (start === 0xffffffff && locator >= 0 && view.getUint32(locator, true) === END64_LOCATOR) {
      const end64 = Number(view.getBigUint64(locator + 8, true))
      if (end64 + 56 <= length && view.getUint32(end64, true) === END64) {
        return {
          count: Number(view.getBigUint64(end64 + 32, true)),
          start: Number(view.getBigUint64(end64 + 48, true)),
        }
      }
    }
    if (start > length) break
    return { count, start }
  }
  throw interchangeError('not-npz', where, {
    expected: 'an .npz archive (a zip)',
    found: 'no zip directory at its end: not a zip, or cut short',
  })
}

/** Sizes beyond 4 GiB stand in the entry's extra field 1, in the order size, packed size, offset. */
function readZip64(view: DataView, start: number, length: number, entry: Entry): void {
  let at = start
  while (at + 4 <= start + length) {
    const id = view.getUint16(at, true)
    const size = view.getUint16(at + 2, true)
    if (id === 1) {
      let field = at + 4
      for (const key of ['size', 'packed', 'offset'] as const) {
        if (entry[key] !== 0xffffffff || field + 8 > at + 4 + size) continue
        entry[key] = Number(view.getBigUint64(field, true))
        field += 8
      }
      return
    }
    at += 4 + size
  }
}

function unpackEntry(bytes: Uint8Array, entry: Entry, where: string, maxBytes: number): Uint8Array {
  const { method, packed, size, offset } = entry
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== LOCAL) {
    throw interchangeError('damaged', where, { expected: `the entry at byte ${offset}`, found: 'none there' })
  }
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true)
  if (start + packed > bytes.length) {
    throw interchangeError('truncated', where, {
      expected: `${packed} packed bytes`,
      found: `${Math.max(0, bytes.length - start)}`,
    })
  }
  const plausible =
    method === 8 ? Math.min(BEST_RATIO * packed + 64, Math.max(FREELY, PLAUSIBLE_RATIO * packed)) : packed
  if (size > maxBytes || size > plausible) {
    throw interchangeError('too-large', where, {
      expected: `at most ${Math.min(maxBytes, plausible)} bytes unpacked`,
      found: `${size} declared for ${packed} packed`,
      then:
        size > plausible && method === 8 ? 'if that is meant, store it without compression (numpy.savez)' : undefined,
    })
  }
  const data = bytes.subarray(start, start + packed)
  const unpacked = method === 0 ? data : method === 8 ? inflate(data, size, where) : undefined
  if (unpacked === undefined) {
    throw interchangeError('unsupported', where, {
      expected: 'a stored or deflated entry',
      found: `zip method ${method}`,
    })
  }
  if (unpacked.length !== size || crc32(unpacked) !== entry.crc) {
    throw interchangeError('damaged', where, {
      expected: `${size} bytes with checksum ${entry.crc}`,
      found: `${unpacked.length} with ${crc32(unpacked)}`,
    })
  }
  return unpacked
}

function inflate(data: Uint8Array, size: number, where: string): Uint8Array {
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(1, size) })
  } catch (error) {
    throw interchangeError('damaged', where, `expected deflated data that unpacks to ${size} bytes`, {
      cause: error,
    })
  }
}
