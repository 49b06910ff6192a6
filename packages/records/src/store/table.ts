import { readFile } from 'node:fs/promises'
import { fileError, writeWhole } from '@kinemetric/files'
import { parquetReadObjects } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'

/** One value: of a frame (`frame` counts in the generated clip from 0) or of a whole clip (`frame` −1). NaN where it is undefined. */
export interface TableRow {
  clip: string
  /** Of a clip with several samples, whose value it is; the clip's own value over all samples has none. */
  sample?: string | undefined
  frame: number
  metric: string
  recipe: string
  value: number
}

/** The recipe under which a table has what a method's clips get against the references of other clips: its level of chance, a value a clip. */
export function unrelatedRecipe(recipe: string): string {
  return `${recipe}+unrelated`
}

/** The clips' own values of a metric under a recipe (frame −1; over all samples where there are several), by clip. NaN where undefined. */
export function clipValuesOf(
  rows: readonly TableRow[],
  { metric, recipe }: Pick<TableRow, 'metric' | 'recipe'>,
): Map<string, number> {
  const own = rows.filter(
    (row) => row.frame === -1 && row.sample === undefined && row.metric === metric && row.recipe === recipe,
  )
  return new Map(own.map((row) => [row.clip, row.value]))
}

/**
 * Parquet bytes of the rows, in the order given: columns clip (string), frame (int32), metric, recipe (strings), value (double), and, only where any row
 * is of one sample of several, sample (string, null in the clip's own rows). The same rows give the same bytes.
 */
export function encodeTable(rows: readonly TableRow[]): Uint8Array {
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'clip', data: rows.map((row) => row.clip), type: 'STRING' },
      { name: 'frame', data: Int32Array.from(rows, (row) => row.frame), type: 'INT32' },
      { name: 'metric', data: rows.map((row) => row.metric), type: 'STRING' },
      { name: 'recipe', data: rows.map((row) => row.recipe), type: 'STRING' },
      { name: 'value', data: Float64Array.from(rows, (row) => row.value), type: 'DOUBLE' },
      ...(rows.some((row) => row.sample !== undefined)
        ? [{ name: 'sample', data: rows.map((row) => row.sample ?? null), type: 'STRING' as const, nullable: true }]
        : []),
    ],
  })
  return new Uint8Array(buffer)
}

/** Writes the table, whole or not at all. @throws KinemetricError `exists` unless `overwrite`, `disk-full`, `write-failed` */
export async function writeTable(
  path: string,
  rows: readonly TableRow[],
  options: { overwrite?: boolean | undefined } = {},
): Promise<void> {
  await writeWhole(path, encodeTable(rows), { overwrite: options.overwrite ?? false })
}

/** Reads a table that `writeTable` wrote. @throws KinemetricError `not-found`, `invalid` where it is no Parquet file or lacks a column */
export async function readTable(path: string): Promise<TableRow[]> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw fileError('not-found', path, { expected: 'a Parquet table', found: 'nothing readable' }, { cause })
  }
  try {
    const file = new Uint8Array(bytes).buffer
    const rows: Record<string, unknown>[] = await parquetReadObjects({ file })
    return rows.map((row) => toRow(row))
  } catch (cause) {
    throw fileError(
      'invalid',
      path,
      `expected a Parquet table with the columns clip, frame, metric, recipe, value (${String(cause)})`,
      { cause },
    )
  }
}

function toRow(row: Record<string, unknown>): TableRow {
  const { clip, sample, frame, metric, recipe, value } = row
  if (
    typeof clip !== 'string' ||
    typeof frame !== 'number' ||
    typeof metric !== 'string' ||
    typeof recipe !== 'string' ||
    typeof value !== 'number'
  )
    throw new TypeError(`found a row ${JSON.stringify(row)}`)
  return { clip, ...(typeof sample === 'string' ? { sample } : {}), frame, metric, recipe, value }
}
