import { checkFeatures, checkFinite, type FeatureMatrix, rowRange, selectRows } from './feature-matrix.ts'
import { metricError } from '../recipes/metric-error.ts'

/** Rows of one side that lie in files: of many clips there are more than memory should hold. They are read a range at a time, as often as they are asked for. */
export interface StoredRows {
  rows: number
  dimension: number
  /** `[rows]` the clip that each row belongs to, 0-based. Without it every row is a clip of its own. */
  clipOfRow?: Int32Array | undefined
  /**
   * Rows `start` to `end` (not included), row-major; the caller may keep them. Fastest in ascending order.
   * @throws KinemetricError where they have gone
   */
  read(this: void, start: number, end: number): Promise<Float32Array | Float64Array>
  /** Rows by index, in that order. @throws KinemetricError as `read` */
  pick(rows: ArrayLike<number>): Promise<Float32Array | Float64Array>
}

/** Rows of one side, in memory or in files: whatever a distance says of them is the same to the bit. */
export type FeatureRows = FeatureMatrix | StoredRows

/** Whether rows are in memory. */
export function areHeld(rows: FeatureRows): rows is FeatureMatrix {
  return 'data' in rows
}

/**
 * Rows `start` to `end` (not included) in memory; without copying where they are there.
 *
 * @throws KinemetricError `not-finite` for stored rows, whose values nobody has seen before
 */
export async function rowsBetween(rows: FeatureRows, start: number, end: number): Promise<FeatureMatrix> {
  if (areHeld(rows)) return rowRange(rows, start, end)
  const { dimension, clipOfRow } = rows
  const data = await rows.read(start, end)
  checkValues(data, end - start, dimension, start)
  return { data, rows: end - start, dimension, clipOfRow: clipOfRow?.subarray(start, end) }
}

/** All rows in memory. */
export function held(rows: FeatureRows): Promise<FeatureMatrix> {
  return areHeld(rows) ? Promise.resolve(rows) : rowsBetween(rows, 0, rows.rows)
}

/** Rows picked by index, in that order, with their clips. */
export async function pickRows(rows: FeatureRows, picked: ArrayLike<number>): Promise<FeatureMatrix> {
  if (areHeld(rows)) return selectRows(rows, picked)
  const { dimension, clipOfRow } = rows
  const data = await rows.pick(picked)
  checkValues(data, picked.length, dimension, 0)
  const clips =
    clipOfRow === undefined ? undefined : Int32Array.from({ length: picked.length }, (_, i) => clipOfRow[picked[i]])
  return { data, rows: picked.length, dimension, clipOfRow: clips }
}

function checkValues(data: Float32Array | Float64Array, rows: number, dimension: number, first: number): void {
  if (data.length !== rows * dimension)
    throw metricError('shape-mismatch', 'rows', { expected: `${rows}×${dimension} values`, found: `${data.length}` })
  checkFinite(data, dimension, 'rows', first)
}

/** The rows of two sides under one another, without their clips. */
export function stackRows(first: FeatureRows, second: FeatureRows): FeatureRows {
  const { dimension } = first
  const rows = first.rows + second.rows
  if (areHeld(first) && areHeld(second)) {
    const data = new Float64Array(first.data.length + second.data.length)
    data.set(first.data)
    data.set(second.data, first.data.length)
    return { data, rows, dimension }
  }
  const pick = async (picked: ArrayLike<number>): Promise<Float64Array> => {
    const data = new Float64Array(picked.length * dimension)
    for (const [side, from, to] of [
      [first, 0, first.rows],
      [second, first.rows, rows],
    ] as const) {
      const places = Array.from(picked, (_, i) => i).filter((i) => picked[i] >= from && picked[i] < to)
      const own = await pickRows(
        side,
        places.map((i) => picked[i] - from),
      )
      for (const [k, i] of places.entries())
        data.set(own.data.subarray(k * dimension, (k + 1) * dimension), i * dimension)
    }
    return data
  }
  const read = (start: number, end: number) => pick(Int32Array.from({ length: end - start }, (_, i) => start + i))
  return { rows, dimension, read, pick }
}

/** Rows in blocks of `size`, in their order, from row `first` on. */
export async function* rowBlocks(
  rows: FeatureRows,
  size: number,
  first = 0,
): AsyncGenerator<{ start: number; block: FeatureMatrix }> {
  for (let start = first; start < rows.rows; start += size)
    yield { start, block: await rowsBetween(rows, start, Math.min(start + size, rows.rows)) }
}

/**
 * As `checkFeatures`; values of stored rows are looked at when they are read.
 *
 * @throws KinemetricError `shape-mismatch`, `too-few`, `not-finite`
 */
export function checkRows(rows: FeatureRows, where: string, smallest = 1): void {
  if (areHeld(rows)) checkFeatures(rows, where, smallest)
  else {
    const { dimension, clipOfRow } = rows
    checkFeatures({ data: NO_VALUES, rows: 0, dimension }, where, 0)
    if (clipOfRow !== undefined && clipOfRow.length !== rows.rows)
      throw metricError('shape-mismatch', where, {
        expected: `a clip for each of ${rows.rows} rows`,
        found: `${clipOfRow.length}`,
      })
    if (rows.rows < smallest)
      throw metricError('too-few', where, { expected: `at least ${smallest} rows of features`, found: `${rows.rows}` })
  }
}

const NO_VALUES = new Float32Array(0)
