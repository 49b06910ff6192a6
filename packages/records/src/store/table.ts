import { readRegularFile, writeWhole } from '@kinemetric/files'
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer'
import { readColumn } from './parquet-column.ts'
import { readFooter } from './parquet-footer.ts'
import { noTable, scanTable } from './scan-table.ts'

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

/** The recipe under which a table has what a clip counts in the set's mean, where that is not 1: the same for every method. */
export function weightRecipe(recipe: string): string {
  return `${recipe}+weight`
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

/** Rows of the first group and of each other: readers look at the first one alone for what a file holds. */
const [firstGroup, group] = [1000, 20_000]

/**
 * Parquet bytes of the rows, in the order given: columns clip (string), frame (int32), metric, recipe (strings), value (double), and, only where any row
 * is of one sample of several, sample (string, empty in the clip's own rows). The same rows give the same bytes. No more rows are held than a group has.
 * @param rows gone through twice: an array, or what begins anew each time
 * @throws TypeError for rows that can be gone through once alone, of which the table would have none
 */
export function encodeTable(rows: Iterable<TableRow>): Uint8Array {
  if ('next' in rows) throw new TypeError('expected rows that can be gone through twice, found an iterator')
  const buffer = new ByteWriter()
  const hasSamples = someHasSample(rows)
  let writer: ParquetWriter | undefined
  const write = (own: TableColumns) => {
    const columnData = own.columns(hasSamples)
    writer ??= new ParquetWriter({ writer: buffer, schema: schemaFromColumnData({ columnData }) })
    const plain = columnData.map(({ name, data }) => ({ name, data }))
    void writer.write({ columnData: plain, rowGroupSize: group })
  }
  let own = new TableColumns()
  let size = firstGroup
  for (const row of rows) {
    own.add(row)
    if (own.length < size) continue
    write(own)
    own = new TableColumns()
    size = group
  }
  if (own.length > 0 || writer === undefined) write(own)
  // At once: it writes to memory.
  void writer?.finish()
  return new Uint8Array(buffer.getBuffer())
}

function someHasSample(rows: Iterable<TableRow>): boolean {
  for (const row of rows) if (row.sample !== undefined) return true
  return false
}

/** Rows of a group, column by column. */
class TableColumns {
  readonly #clips: string[] = []
  readonly #samples: string[] = []
  readonly #frames: number[] = []
  readonly #metrics: string[] = []
  readonly #recipes: string[] = []
  readonly #values: number[] = []

  get length(): number {
    return this.#clips.length
  }

  add({ clip, sample, frame, metric, recipe, value }: TableRow): void {
    this.#clips.push(clip)
    this.#samples.push(sample ?? '')
    this.#frames.push(frame)
    this.#metrics.push(metric)
    this.#recipes.push(recipe)
    this.#values.push(value)
  }

  columns(hasSamples: boolean) {
    return [
      { name: 'clip', data: this.#clips, type: 'STRING' as const },
      { name: 'frame', data: Int32Array.from(this.#frames), type: 'INT32' as const },
      { name: 'metric', data: this.#metrics, type: 'STRING' as const },
      { name: 'recipe', data: this.#recipes, type: 'STRING' as const },
      { name: 'value', data: Float64Array.from(this.#values), type: 'DOUBLE' as const },
      ...(hasSamples ? [{ name: 'sample', data: this.#samples, type: 'STRING' as const }] : []),
    ]
  }
}

/**
 * Writes the table, whole or not at all.
 * @param rows gone through as `encodeTable` does @throws KinemetricError `exists` unless `overwrite`, `disk-full`, `write-failed`
 */
export async function writeTable(
  path: string,
  rows: Iterable<TableRow>,
  options: { overwrite?: boolean | undefined } = {},
): Promise<void> {
  await writeWhole(path, encodeTable(rows), { overwrite: options.overwrite ?? false })
}

const columns = ['clip', 'frame', 'metric', 'recipe', 'value'] as const

/**
 * Reads a table that `writeTable` wrote, or another program in the same columns (plain or by dictionary, uncompressed or Snappy). What the file claims of
 * itself is held against its length, so that a damaged one is an error and never an endless loop.
 * @throws KinemetricError `not-found`, `not-a-file`, `too-large`, `invalid` where it is no Parquet file or lacks a column
 */
export async function readTable(path: string): Promise<TableRow[]> {
  return decodeTable(await readRegularFile(path), path)
}

/** The clips' own rows (frame −1, over all samples where there are several) of a table, group by group: a small part of its rows. @throws as `readTable` */
export async function readClipRows(path: string): Promise<TableRow[]> {
  const rows: TableRow[] = []
  await scanTable(path, [...columns, 'sample'], (group) => {
    const [clip, metric, recipe] = [group.texts('clip'), group.texts('metric'), group.texts('recipe')]
    const [frame, value] = [group.numbers('frame'), group.numbers('value')]
    for (let row = 0; row < group.rows; row++)
      if (frame[row] === -1 && (group.samples?.[row] ?? '') === '')
        rows.push({ clip: clip[row], frame: -1, metric: metric[row], recipe: recipe[row], value: value[row] })
  })
  return rows
}

/** The rows of a table's bytes. @param where named in errors @throws KinemetricError `invalid` */
export function decodeTable(bytes: Uint8Array, where: string): TableRow[] {
  try {
    const { groups } = readFooter(bytes)
    return groups.flatMap((chunks) => {
      const [clip, frame, metric, recipe, value] = columns.map((name) => {
        const chunk = chunks.find((each) => each.name === name)
        if (chunk === undefined) throw new Error(`no column ${name}`)
        return readColumn(bytes, chunk)
      })
      // Only tables of several samples a clip have it.
      const ofSample = chunks.find((each) => each.name === 'sample')
      const sample = ofSample && readColumn(bytes, ofSample)
      return clip.map((_, row) => {
        const read = toRow(clip[row], frame[row], metric[row], recipe[row], value[row])
        return typeof sample?.[row] === 'string' && sample[row] !== '' ? { ...read, sample: sample[row] } : read
      })
    })
  } catch (cause) {
    throw noTable(where, columns, cause)
  }
}

type Cell = string | number

function toRow(clip: Cell, frame: Cell, metric: Cell, recipe: Cell, value: Cell): TableRow {
  if (
    typeof clip !== 'string' ||
    typeof frame !== 'number' ||
    typeof metric !== 'string' ||
    typeof recipe !== 'string' ||
    typeof value !== 'number'
  )
    throw new TypeError(`a row ${JSON.stringify({ clip, frame, metric, recipe, value }).slice(0, 200)}`)
  return { clip, frame, metric, recipe, value }
}
