import { interchangeError } from './interchange-error.ts'

/** An array of numbers as numpy stores it, in C order. */
export interface NpyArray {
  /** Row-major values. Float32Array for f2 and f4, else Float64Array. */
  data: Float32Array | Float64Array
  shape: readonly number[]
  /** numpy's name of the stored type: `<f4`. */
  dtype: string
}

/** A scalar string, as `numpy.array('text')` stores it. */
export interface NpyText {
  text: string
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
/** Bytes of the longest header that is read. */
export const LONGEST_HEADER = 65_536

/**
 * Reads an .npy file: versions 1 to 3, C or Fortran order, either byte order; f2, f4, f8, bool and whole numbers of 1 to 8
 * bytes. Objects (pickles) are refused.
 *
 * @param where named in errors
 * @throws KinemetricError `not-npy`, `truncated`, `damaged`, `unsupported`
 * Source of the format: numpy/lib/format.py's documentation (NEP 1).
 */
export function parseNpy(bytes: Uint8Array, where = 'npy'): NpyArray {
  const header = npyLayout(bytes, where)
  const count = header.shape.reduce((product, length) => product * length, 1)
  const { kind, size, littleEndian } = parseType(header.descr, where)
  const found = bytes.length - header.dataStart
  if (found !== count * size) {
    throw interchangeError(found < count * size ? 'truncated' : 'damaged', where, {
      expected: `${count * size} bytes of data for shape (${header.shape.join(', ')}) of ${header.descr}`,
      found: `${found}`,
    })
  }
  const values = readValues(bytes, header.dataStart, count, kind, size, littleEndian, where)
  const data = header.fortranOrder && header.shape.length > 1 ? toRowMajor(values, header.shape) : values
  return { data, shape: header.shape, dtype: header.descr }
}

/** Reads a scalar string (`<U12` or `|S12`). @throws KinemetricError as `parseNpy` */
export function parseNpyText(bytes: Uint8Array, where = 'npy'): string {
  return readTexts(bytes, where, 'one string', ({ length }) => length === 0)[0]
}

/** Reads a list of strings (`<U12` or `|S12`, of one dimension). @throws KinemetricError as `parseNpy` */
export function parseNpyTexts(bytes: Uint8Array, where = 'npy'): string[] {
  return readTexts(bytes, where, 'strings, a list of them', ({ length }) => length === 1)
}

function readTexts(
  bytes: Uint8Array,
  where: string,
  expected: string,
  fits: (shape: readonly number[]) => boolean,
): string[] {
  const { descr, shape, dataStart } = npyLayout(bytes, where)
  const match = /^([<>|])([US])(\d+)$/.exec(descr)
  if (match === null || !fits(shape))
    throw interchangeError('unsupported', where, { expected, found: `${descr} of shape (${shape.join(', ')})` })
  const [, order, kind, length] = match
  const size = kind === 'U' ? 4 * Number(length) : Number(length)
  const count = shape.reduce((product, n) => product * n, 1)
  if (bytes.length - dataStart !== count * size) {
    throw interchangeError('truncated', where, {
      expected: `${count * size} bytes of text`,
      found: `${bytes.length - dataStart}`,
    })
  }
  return Array.from({ length: count }, (_, i) => {
    const own = bytes.subarray(dataStart + i * size, dataStart + (i + 1) * size)
    const text = kind === 'S' ? Buffer.from(own).toString('utf8') : textOfPoints(own, order !== '>', where)
    return text.replace(/\0+$/, '')
  })
}

function textOfPoints(bytes: Uint8Array, littleEndian: boolean, where: string): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let text = ''
  for (let at = 0; at < bytes.length; at += 4) {
    const point = view.getUint32(at, littleEndian)
    if (point > 0x10ffff)
      throw interchangeError('damaged', where, { expected: 'Unicode', found: `code point ${point}` })
    text += String.fromCodePoint(point)
  }
  return text
}

/**
 * The bytes of an .npy file, version 1, C order, `<f4` or `<f8` by the array's type, or a `<U` string. numpy reads it
 * without pickle.
 */
export function formatNpy(
  value: { data: Float32Array | Float64Array; shape: readonly number[] } | NpyText,
): Uint8Array {
  if ('text' in value) {
    const points = Array.from(value.text, (character) => character.codePointAt(0) ?? 0)
    const data = new Uint8Array(4 * points.length)
    const view = new DataView(data.buffer)
    points.forEach((point, i) => view.setUint32(4 * i, point, true))
    return Buffer.concat([npyHeader(`<U${points.length}`, []), data])
  }
  const { data, shape } = value
  const header = npyHeader(data instanceof Float32Array ? '<f4' : '<f8', shape)
  const bytes = new Uint8Array(header.length + data.byteLength)
  bytes.set(header)
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length)
  return bytes
}

/** The bytes before the data: magic, version 1.0, and the dictionary padded to a multiple of 64. */
export function npyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64
  const header = new Uint8Array(length).fill(0x20)
  header.set([...MAGIC, 1, 0, (length - 10) & 255, (length - 10) >> 8])
  header.set(Buffer.from(dictionary), 10)
  header[length - 1] = 0x0a
  return header
}

/** What a header says, and where the data begin. */
export interface NpyLayout {
  descr: string
  fortranOrder: boolean
  shape: number[]
  dataStart: number
}

/** What the start of an .npy file says of the rest. @throws KinemetricError as `parseNpy` */
export function npyLayout(bytes: Uint8Array, where: string): NpyLayout {
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    const start = Buffer.from(bytes.subarray(0, 6)).toString('hex')
    throw interchangeError('not-npy', where, {
      expected: 'an .npy array, which starts with ‘\\x93NUMPY’',
      found: `bytes ${start || '(none)'}`,
    })
  }
  const version = bytes[6]
  if (version < 1 || version > 3) {
    throw interchangeError('unsupported', where, { expected: '.npy version 1 to 3', found: `${version}` })
  }
  const start = version === 1 ? 10 : 12
  if (bytes.length < start) {
    throw interchangeError('truncated', where, {
      expected: `a header, whose length ends at byte ${start}`,
      found: `${bytes.length} bytes`,
    })
  }
  // A view of these bytes alone: what lies beside them in a larger buffer is none of theirs.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  const dataStart = start + length
  if (length > LONGEST_HEADER || dataStart > bytes.length) {
    throw interchangeError('truncated', where, {
      expected: `a header of ${length} bytes`,
      found: `${bytes.length - start}`,
    })
  }
  const text = Buffer.from(bytes.subarray(start, dataStart)).toString(version === 3 ? 'utf8' : 'latin1')
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1]
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1]
  const shapeText = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1]
  if (descr === undefined || order === undefined || shapeText === undefined) {
    const found = text.trim().slice(0, 120)
    throw interchangeError('unsupported', where, {
      expected: 'a header with a plain type, an order and a shape',
      found,
    })
  }
  const shape = (shapeText.match(/\d+/g) ?? []).map(Number)
  if (!Number.isSafeInteger(shape.reduce((product, side) => product * side, 8))) {
    throw interchangeError('too-large', where, {
      expected: 'a shape that fits in memory',
      found: `(${shape.join(', ')})`,
    })
  }
  return { descr, fortranOrder: order === 'True', shape, dataStart }
}

type Kind = 'f' | 'i' | 'u' | 'b'

function kindOf(letter: string | undefined): Kind | undefined {
  return letter === 'f' || letter === 'i' || letter === 'u' || letter === 'b' ? letter : undefined
}

function parseType(descr: string, where: string): { kind: Kind; size: number; littleEndian: boolean } {
  const match = /^([<>|=])([fiub])(\d+)$/.exec(descr)
  const kind = kindOf(match?.[2])
  const size = Number(match?.[3])
  const sizes: Record<Kind, number[]> = { f: [2, 4, 8], i: [1, 2, 4, 8], u: [1, 2, 4, 8], b: [1] }
  if (match === null || kind === undefined || !sizes[kind].includes(size)) {
    throw interchangeError('unsupported', where, {
      expected: 'numbers (f2, f4, f8, i1 to i8, u1 to u8, b1)',
      found: `type '${descr}'${descr.includes('O') ? ', Python objects' : ''}`,
    })
  }
  return { kind, size, littleEndian: match[1] !== '>' }
}

function readValues(
  bytes: Uint8Array,
  start: number,
  count: number,
  kind: Kind,
  size: number,
  littleEndian: boolean,
  where: string,
): Float32Array | Float64Array {
  const at = bytes.byteOffset + start
  // The machine is little-endian wherever Node runs on x64 and arm64: such data is taken as it lies when it is aligned.
  if (kind === 'f' && size >= 4 && littleEndian) {
    // A copy, also of a Node Buffer, whose own slice() would be a view at the same address.
    const { buffer, byteOffset } =
      at % size === 0 ? { buffer: bytes.buffer, byteOffset: at } : new Uint8Array(bytes.subarray(start))
    return size === 4 ? new Float32Array(buffer, byteOffset, count) : new Float64Array(buffer, byteOffset, count)
  }
  const view = new DataView(bytes.buffer, at, count * size)
  const values = kind === 'f' && size < 8 ? new Float32Array(count) : new Float64Array(count)
  for (let i = 0; i < count; i++) values[i] = readValue(view, i * size, kind, size, littleEndian)
  if (kind !== 'f' && size === 8) {
    const bad = values.findIndex((value) => !Number.isSafeInteger(value))
    if (bad >= 0) {
      throw interchangeError('unsupported', where, {
        expected: 'whole numbers below 2^53',
        found: `${values[bad]} at index ${bad}`,
      })
    }
  }
  return values
}

function readValue(view: DataView, at: number, kind: Kind, size: number, littleEndian: boolean): number {
  if (kind === 'f') {
    if (size === 2) return halfToNumber(view.getUint16(at, littleEndian))
    return size === 4 ? view.getFloat32(at, littleEndian) : view.getFloat64(at, littleEndian)
  }
  const signed = kind === 'i'
  if (size === 1) return signed ? view.getInt8(at) : view.getUint8(at)
  if (size === 2) return signed ? view.getInt16(at, littleEndian) : view.getUint16(at, littleEndian)
  if (size === 4) return signed ? view.getInt32(at, littleEndian) : view.getUint32(at, littleEndian)
  return Number(signed ? view.getBigInt64(at, littleEndian) : view.getBigUint64(at, littleEndian))
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** Column-major values (first axis fastest) in row-major order. */
function toRowMajor(values: Float32Array | Float64Array, shape: readonly number[]): Float32Array | Float64Array {
  const out = values.slice()
  const axes = shape.length
  const strides = new Float64Array(axes)
  let step = 1
  for (let axis = 0; axis < axes; axis++) {
    strides[axis] = step
    step *= shape[axis]
  }
  const index = new Int32Array(axes)
  let from = 0
  for (let to = 0; to < out.length; to++) {
    out[to] = values[from]
    for (let axis = axes - 1; axis >= 0; axis--) {
      index[axis]++
      from += strides[axis]
      if (index[axis] < shape[axis]) break
      from -= strides[axis] * shape[axis]
      index[axis] = 0
    }
  }
  return out
}
