import { readStruct, type ThriftStruct, type ThriftValue } from './thrift.ts'

/** Where the values of one column lie in one row group. */
export interface ColumnChunk {
  readonly name: string
  /** Parquet's number of the physical type: 1 INT32, 2 INT64, 4 FLOAT, 5 DOUBLE, 6 BYTE_ARRAY. */
  readonly type: number
  /** Whether values may be missing: pages then hold a level a value. */
  readonly optional: boolean
  /** 0 uncompressed, 1 Snappy. */
  readonly codec: number
  readonly values: number
  /** Bytes of the file in which its pages lie. */
  readonly start: number
  readonly end: number
}

export interface ParquetFooter {
  readonly rows: number
  /** Columns of each row group, in the file's order. */
  readonly groups: readonly (readonly ColumnChunk[])[]
}

const MAGIC = 0x31524150
/** As many rows may always be there; a larger file may have more. */
const freeRows = 1_000_000
const rowsPerByte = 16

/**
 * Reads the footer of a Parquet file of flat columns and holds what it claims against the file: chunks lie in it one after the other, and rows are not
 * more than a file of its length can mean. Format: github.com/apache/parquet-format, src/main/thrift/parquet.thrift.
 *
 * @throws Error
 */
export function readFooter(bytes: Uint8Array): ParquetFooter {
  const length = footerLength(bytes.subarray(0, 4), bytes.subarray(-8), bytes.length)
  return parseFooter(bytes.subarray(bytes.length - 8 - length, bytes.length - 8), bytes.length)
}

/**
 * Bytes that the footer takes before the last eight of a file.
 * @param head the first four bytes
 * @param tail the last eight
 * @param size of the whole file
 * @throws Error
 */
export function footerLength(head: Uint8Array, tail: Uint8Array, size: number): number {
  if (size < 12 || word(head, 0) !== MAGIC || word(tail, 4) !== MAGIC)
    throw new Error('does not begin and end with PAR1')
  const length = word(tail, 0)
  if (size - 8 - length < 4) throw new Error(`a footer of ${length} bytes in a file of ${size}`)
  return length
}

function word(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true)
}

/** The footer by its own bytes. @param size of the whole file @throws Error */
export function parseFooter(footer: Uint8Array, size: number): ParquetFooter {
  const start = size - 8 - footer.length
  const { struct } = readStruct(footer, 0)
  const rows = count(struct.get(3), 'rows')
  const most = Math.max(freeRows, rowsPerByte * size)
  if (rows > most) throw new Error(`${rows} rows in a file of ${size} bytes`)
  const optional = columnsOf(struct.get(2))
  let position = 4
  let total = 0
  const groups = structs(struct.get(4), 'row groups').map((group) => {
    const groupRows = count(group.get(3), 'rows of a group')
    total += groupRows
    return structs(group.get(1), 'columns').map((column): ColumnChunk => {
      const chunk = chunkOf(column, optional)
      if (chunk.values !== groupRows) throw new Error(`${chunk.values} values of ${chunk.name} for ${groupRows} rows`)
      if (chunk.start < position || chunk.end > start) throw new Error(`column ${chunk.name} lies outside of its place`)
      position = chunk.end
      return chunk
    })
  })
  if (total !== rows) throw new Error(`${total} rows in its groups, ${rows} in all`)
  return { rows, groups }
}

/** Names of the columns, and whether values may be missing in each. */
function columnsOf(schema: ThriftValue | undefined): ReadonlyMap<string, boolean> {
  const [, ...elements] = structs(schema, 'schema')
  const columns = new Map<string, boolean>()
  for (const element of elements) {
    const repetition = element.get(3) ?? 0
    if (element.has(5) || (repetition !== 0 && repetition !== 1)) throw new Error('columns within columns')
    columns.set(text(element.get(4)), repetition === 1)
  }
  return columns
}

function chunkOf(column: ThriftStruct, optional: ReadonlyMap<string, boolean>): ColumnChunk {
  const described = column.get(3)
  if (!(described instanceof Map)) throw new Error('a column without metadata')
  const meta: ThriftStruct = described
  const path = meta.get(3)
  const name = Array.isArray(path) && path.length === 1 ? text(path[0]) : ''
  const mayMiss = optional.get(name)
  if (mayMiss === undefined) throw new Error('a column that the schema does not name')
  const data = count(meta.get(9), 'place of a column')
  // Some writers say 0 where there is no dictionary.
  const dictionary = count(meta.get(11) ?? 0, 'place of a dictionary')
  const start = dictionary > 0 ? Math.min(dictionary, data) : data
  return {
    name,
    type: count(meta.get(1), 'type'),
    optional: mayMiss,
    codec: count(meta.get(4), 'codec'),
    values: count(meta.get(5), 'values'),
    start,
    end: start + count(meta.get(7), 'length of a column'),
  }
}

function structs(value: ThriftValue | undefined, what: string): ThriftStruct[] {
  if (!Array.isArray(value)) throw new Error(`no ${what}`)
  return value.map((item) => {
    if (!(item instanceof Map)) throw new Error(`no ${what}`)
    return item
  })
}

function text(value: ThriftValue | undefined): string {
  if (!(value instanceof Uint8Array)) throw new Error('a name that is none')
  return new TextDecoder().decode(value)
}

/** A whole number from 0. */
export function count(value: ThriftValue | undefined, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new Error(`${what}: ${typeof value === 'number' ? value : 'none'}`)
  return value
}
