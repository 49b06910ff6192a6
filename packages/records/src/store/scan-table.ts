import { fileError, isError, openRegularFile, type OpenFile } from '@kinemetric/files'
import { type ColumnValues, readColumn } from './parquet-column.ts'
import { type ColumnChunk, footerLength, parseFooter } from './parquet-footer.ts'

/** Columns of a per-clip table. */
export type TableColumn = 'clip' | 'frame' | 'metric' | 'recipe' | 'value' | 'sample'

const textColumns: readonly TableColumn[] = ['clip', 'metric', 'recipe', 'sample']

/** Columns of a group of rows, an array each; `sample` is missing where no clip of the table has several. */
export interface TableGroup {
  rows: number
  texts(column: 'clip' | 'metric' | 'recipe'): readonly string[]
  numbers(column: 'frame' | 'value'): readonly number[]
  /** '' in the rows of clips; undefined where the table has no samples. */
  samples: readonly string[] | undefined
}

/**
 * Reads some columns of a per-clip table group by group, so that a table of any length takes the memory of one group (of those that `writeTable` makes:
 * 20,000 rows).
 *
 * @param columns which are read; `sample` where there is one
 * @throws KinemetricError `not-found`, `not-a-file`, `not-readable`, `invalid` where it is no Parquet file or lacks a column; what `onGroup` throws
 */
export async function scanTable(
  path: string,
  columns: readonly TableColumn[],
  onGroup: (group: TableGroup) => void,
): Promise<void> {
  const file = await openRegularFile(path)
  try {
    for (const chunks of (await footerOf(file)).groups) onGroup(await readGroup(file, chunks, columns))
  } catch (cause) {
    if (isError(cause)) throw cause
    throw noTable(path, columns, cause)
  } finally {
    await file.handle.close()
  }
}

async function footerOf(file: OpenFile) {
  const { size } = file
  if (size < 12) throw new Error('does not begin and end with PAR1')
  const length = footerLength(await readPart(file, 0, 4), await readPart(file, size - 8, 8), size)
  return parseFooter(await readPart(file, size - 8 - length, length), size)
}

async function readGroup(
  file: OpenFile,
  chunks: readonly ColumnChunk[],
  columns: readonly TableColumn[],
): Promise<TableGroup> {
  const texts = new Map<TableColumn, readonly string[]>()
  const numbers = new Map<TableColumn, readonly number[]>()
  let rows = 0
  for (const name of columns) {
    const chunk = chunks.find((each) => each.name === name)
    if (chunk === undefined && name !== 'sample') throw new Error(`no column ${name}`)
    if (chunk === undefined) continue
    const bytes = await readPart(file, chunk.start, chunk.end - chunk.start)
    const values = readColumn(bytes, { ...chunk, start: 0, end: bytes.length })
    rows = values.length
    if (textColumns.includes(name) && areTexts(values)) texts.set(name, values)
    else if (!textColumns.includes(name) && areNumbers(values)) numbers.set(name, values)
    else throw new TypeError(`another kind of values in column ${name}`)
  }
  return {
    rows,
    texts: (column) => texts.get(column) ?? [],
    numbers: (column) => numbers.get(column) ?? [],
    samples: texts.get('sample'),
  }
}

function areTexts(values: ColumnValues): values is readonly string[] {
  return values.every((value) => typeof value === 'string')
}

function areNumbers(values: ColumnValues): values is readonly number[] {
  return values.every((value) => typeof value === 'number')
}

async function readPart({ handle }: OpenFile, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  let at = 0
  while (at < length) {
    const { bytesRead } = await handle.read(bytes, at, length - at, position + at)
    if (bytesRead === 0) throw new Error('the file has become shorter')
    at += bytesRead
  }
  return bytes
}

/** What a file is told that is no per-clip table with these columns. @returns KinemetricError `invalid` */
export function noTable(where: string, wanted: readonly string[], cause: unknown) {
  const found = cause instanceof Error ? cause.message : String(cause)
  return fileError(
    'invalid',
    where,
    { expected: `a Parquet table with the columns ${wanted.join(', ')}`, found },
    { cause },
  )
}
