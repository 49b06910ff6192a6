import { snappyUncompress } from 'hyparquet'
import { type ColumnChunk, count } from './parquet-footer.ts'
import { readStruct, type ThriftStruct } from './thrift.ts'

export type ColumnValues = readonly (string | number)[]

const pageTypes = { data: 0, dictionary: 2, dataV2: 3 } as const
const encodings = { plain: 0, plainDictionary: 2, rleDictionary: 8 } as const

/** Snappy copies at most 64 bytes by 3: a page that claims to unpack to more is damaged. */
const bestRatio = 24

/**
 * The values of a column chunk: strings (BYTE_ARRAY), whole numbers (INT32, INT64) or floats (FLOAT, DOUBLE), plain or by dictionary, uncompressed or
 * Snappy; none may be missing. No loop runs further than the chunk's own number of values, which the footer holds against the file's length.
 *
 * @throws Error
 */
export function readColumn(file: Uint8Array, chunk: ColumnChunk): ColumnValues {
  const values: (string | number)[] = emptyOf(chunk.values)
  let dictionary: ColumnValues | undefined
  let read = 0
  for (let at = chunk.start; read < chunk.values;) {
    if (at >= chunk.end) throw new Error(`${read} of ${chunk.values} values of ${chunk.name}`)
    const { struct: header, end } = readStruct(file.subarray(0, chunk.end), at)
    const length = count(header.get(3), 'length of a page')
    if (length > chunk.end - end) throw new Error(`a page of ${length} bytes where its column ends`)
    const page = file.subarray(end, end + length)
    at = end + length
    if (header.get(1) === pageTypes.dictionary) dictionary = readDictionary(page, header, chunk)
    else {
      const some = readPage(page, header, chunk, dictionary, chunk.values - read)
      for (let index = 0; index < some.length; index++) values[read + index] = some[index]
      read += some.length
    }
  }
  return values
}

function readDictionary(page: Uint8Array, header: ThriftStruct, chunk: ColumnChunk): ColumnValues {
  const described = inner(header, 7)
  const bytes = unpacked(page, count(header.get(2), 'size of a page'), chunk.codec)
  return plainValues(bytes, chunk.type, count(described.get(1), 'values of a dictionary'))
}

/** @param room values that the chunk may still have */
function readPage(
  page: Uint8Array,
  header: ThriftStruct,
  chunk: ColumnChunk,
  dictionary: ColumnValues | undefined,
  room: number,
): ColumnValues {
  const size = count(header.get(2), 'size of a page')
  const isV2 = header.get(1) === pageTypes.dataV2
  if (!isV2 && header.get(1) !== pageTypes.data) throw new Error('a page of an unknown kind')
  const described = inner(header, isV2 ? 8 : 5)
  const values = count(described.get(1), 'values of a page')
  if (values > room) throw new Error(`${values} values of ${chunk.name} where ${room} are left`)
  const body = isV2 ? bodyV2(page, size, described, chunk) : bodyV1(page, size, values, chunk)
  const encoding = described.get(isV2 ? 4 : 2)
  if (encoding === encodings.plain) return plainValues(body, chunk.type, values)
  if (encoding !== encodings.plainDictionary && encoding !== encodings.rleDictionary)
    throw new Error(`encoding ${JSON.stringify(encoding)}`)
  if (dictionary === undefined) throw new Error('values by a dictionary that is not there')
  const known = dictionary
  if (values === 0) return []
  if (body.length === 0) throw new Error('a page without values')
  const places = readRuns(body.subarray(1), body[0], values)
  const some: (string | number)[] = emptyOf(values)
  for (let at = 0; at < values; at++) {
    const index = places[at]
    if (index >= known.length) throw new Error(`value ${index} of a dictionary of ${known.length}`)
    some[at] = known[index]
  }
  return some
}

/** Pages of version 2 have their levels before the values, not compressed. */
function bodyV2(page: Uint8Array, size: number, described: ThriftStruct, chunk: ColumnChunk): Uint8Array {
  if (count(described.get(2), 'missing values') > 0) throw new Error(`missing values of ${chunk.name}`)
  const levels = count(described.get(5), 'levels') + count(described.get(6), 'levels')
  if (levels > page.length || levels > size) throw new Error('levels that are longer than their page')
  const isPacked = described.get(7) !== false
  return unpacked(page.subarray(levels), size - levels, isPacked ? chunk.codec : 0)
}

function bodyV1(page: Uint8Array, size: number, values: number, chunk: ColumnChunk): Uint8Array {
  const bytes = unpacked(page, size, chunk.codec)
  if (!chunk.optional) return bytes
  if (bytes.length < 4) throw new Error('a page without levels')
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  if (length > bytes.length - 4) throw new Error('levels that are longer than their page')
  const levels = readRuns(bytes.subarray(4, 4 + length), 1, values)
  if (levels.includes(0)) throw new Error(`missing values of ${chunk.name}`)
  return bytes.subarray(4 + length)
}

function inner(header: ThriftStruct, field: number): ThriftStruct {
  const value = header.get(field)
  if (!(value instanceof Map)) throw new Error('a page without its header')
  return value
}

function unpacked(bytes: Uint8Array, size: number, codec: number): Uint8Array {
  if (codec === 0) {
    if (bytes.length !== size) throw new Error(`a page of ${bytes.length} bytes that says ${size}`)
    return bytes
  }
  if (codec !== 1) throw new Error(`compression ${codec}`)
  if (size > bestRatio * bytes.length + 64) throw new Error(`a page of ${bytes.length} bytes that unpacks to ${size}`)
  const output = new Uint8Array(size)
  snappyUncompress(bytes, output)
  return output
}

function plainValues(bytes: Uint8Array, type: number, values: number): ColumnValues {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (type === 6) return plainStrings(bytes, view, values)
  const read = numberReaders[type]
  if (read === undefined) throw new Error(`numbers of type ${type}`)
  if (values * read.size > bytes.length) throw new Error(`${values} values in ${bytes.length} bytes`)
  const numbers: number[] = emptyOf(values)
  for (let index = 0; index < values; index++) numbers[index] = read.at(view, index * read.size)
  return numbers
}

const numberReaders: Readonly<Record<number, { size: number; at: (view: DataView, at: number) => number }>> = {
  1: { size: 4, at: (view, at) => view.getInt32(at, true) },
  2: { size: 8, at: (view, at) => Number(view.getBigInt64(at, true)) },
  4: { size: 4, at: (view, at) => view.getFloat32(at, true) },
  5: { size: 8, at: (view, at) => view.getFloat64(at, true) },
}

function plainStrings(bytes: Uint8Array, view: DataView, values: number): string[] {
  if (values * 4 > bytes.length) throw new Error(`${values} strings in ${bytes.length} bytes`)
  const strings: string[] = []
  const decoder = new TextDecoder()
  for (let at = 0; strings.length < values;) {
    if (at + 4 > bytes.length) throw new Error('strings that end early')
    const length = view.getUint32(at, true)
    at += 4
    if (length > bytes.length - at) throw new Error(`a string of ${length} bytes where its page ends`)
    strings.push(decoder.decode(bytes.subarray(at, at + length)))
    at += length
  }
  return strings
}

/**
 * An array as long as it will be: growing one by one left its old memory behind each time, and `Array.from` goes through a list of nothing, which took half of the time
 * of reading a table.
 */
function emptyOf<T>(length: number): T[] {
  const values: T[] = []
  values.length = length
  return values
}

/**
 * Numbers of `width` bits in runs of one number and groups of eight packed ones (Parquet's RLE/bit-packing hybrid).
 * @returns `[values]`
 */
function readRuns(bytes: Uint8Array, width: number, values: number): Uint32Array {
  const output = new Uint32Array(values)
  if (width === 0) return output
  if (width > 32) throw new Error(`numbers of ${width} bits`)
  const bytesOfOne = (width + 7) >> 3
  let at = 0
  for (let seen = 0; seen < values;) {
    let head = 0
    for (let shift = 1; ; shift *= 128) {
      if (at >= bytes.length || shift > 2 ** 28) throw new Error('runs that end early')
      const byte = bytes[at++]
      head += (byte & 127) * shift
      if (byte < 128) break
    }
    const length = Math.floor(head / 2)
    const taken = head % 2 === 0 ? bytesOfOne : length * width
    if (length === 0 || taken > bytes.length - at) throw new Error('runs that end early')
    if (head % 2 === 0) {
      let value = 0
      for (let index = 0; index < bytesOfOne; index++) value += bytes[at + index] * 256 ** index
      if (length > values - seen) throw new Error('a run that is longer than its page')
      output.fill(value, seen, seen + length)
      seen += length
    } else {
      // The last group is filled up.
      const some = Math.min(8 * length, values - seen)
      const own = bytes.subarray(at, at + taken)
      for (let index = 0; index < some; index++) output[seen + index] = bitsAt(own, index * width, width)
      seen += some
    }
    at += taken
  }
  return output
}

function bitsAt(bytes: Uint8Array, position: number, width: number): number {
  const first = position >> 3
  // With the bits before it in its first byte such a number lies in four bytes; bytes behind the last are 0.
  if (width <= 24) {
    const four = bytes[first] | (bytes[first + 1] << 8) | (bytes[first + 2] << 16) | (bytes[first + 3] << 24)
    return (four >>> (position & 7)) & ((1 << width) - 1)
  }
  let value = 0
  for (let bit = 0; bit < width; bit++) {
    const at = position + bit
    if ((bytes[at >> 3] >> (at & 7)) & 1) value += 2 ** bit
  }
  return value
}
