import { metricError } from '../recipes/metric-error.ts'
import type { Matrix } from '../linear-algebra/multiply.ts'

/** Features of one side: one row a frame (Inception) or a clip (I3D), row-major and contiguous. */
export interface FeatureMatrix {
  /** `[rows, dimension]` */
  data: Float32Array | Float64Array
  rows: number
  dimension: number
  /** `[rows]` the clip that each row belongs to, 0-based. Without it every row is a clip of its own. */
  clipOfRow?: Int32Array | undefined
}

/**
 * Refuses a matrix that is misshapen, empty or holds a NaN or an infinity.
 *
 * @param where named in the error: `fid: generated`
 * @throws KinemetricError `shape-mismatch`, `too-few`, `not-finite`
 */
export function checkFeatures(features: FeatureMatrix, where: string, smallest = 1): void {
  const { data, rows, dimension, clipOfRow } = features
  if (!(rows >= 0 && dimension >= 1) || data.length !== rows * dimension) {
    throw metricError('shape-mismatch', where, {
      expected: `${rows}×${dimension} feature values`,
      found: `${data.length} values`,
    })
  }
  if (clipOfRow !== undefined && clipOfRow.length !== rows) {
    throw metricError('shape-mismatch', where, {
      expected: `a clip for each of ${rows} rows`,
      found: `${clipOfRow.length}`,
    })
  }
  if (rows < smallest) {
    throw metricError('too-few', where, { expected: `at least ${smallest} rows of features`, found: `${rows}` })
  }
  checkFinite(data, dimension, where)
}

/**
 * No network's features come near: beyond this their kernel values (sixth powers, summed over all pairs) and products of covariances leave the range of
 * float64, and what is computed of them says nothing.
 */
export const LARGEST_FEATURE = 1e45

/**
 * @param largest magnitude that is let through; of a covariance the square
 * @throws KinemetricError `not-finite`, with the row and the column of the first NaN, infinity or value beyond `largest`
 */
export function checkFinite(
  data: ArrayLike<number>,
  dimension: number,
  where: string,
  firstRow = 0,
  largest = LARGEST_FEATURE,
): void {
  if (data instanceof Float32Array && largest > LARGEST_FLOAT32 && areFinite(data)) return
  for (let i = 0; i < data.length; i++) {
    if (Math.abs(data[i]) <= largest) continue
    const row = firstRow + Math.floor(i / dimension)
    throw metricError('not-finite', where, {
      expected: Number.isFinite(data[i]) ? `values up to ${largest}, whose powers float64 can hold` : 'finite values',
      found: `${data[i]} at row ${row}, column ${i % dimension}`,
    })
  }
}

const LARGEST_FLOAT32 = 3.5e38

/** Whether none is a NaN or an infinity, which less itself are NaN. Four sums, of which none waits for another: three times as fast as looking at each. */
function areFinite(data: Float32Array): boolean {
  let [a, b, c, d] = [0, 0, 0, 0]
  const whole = data.length - (data.length % 4)
  for (let i = 0; i < whole; i += 4) {
    a += data[i] - data[i]
    b += data[i + 1] - data[i + 1]
    c += data[i + 2] - data[i + 2]
    d += data[i + 3] - data[i + 3]
  }
  for (let i = whole; i < data.length; i++) a += data[i] - data[i]
  return a + b + c + d === 0
}

/** @throws KinemetricError `shape-mismatch` when the two sides have another dimension */
export function checkSameDimension(generated: number, reference: number, where: string): void {
  if (generated === reference) return
  throw metricError('shape-mismatch', where, {
    expected: 'features of one dimension',
    found: `${generated} (generated) and ${reference} (reference)`,
  })
}

/** Mean of the rows, `[dimension]`. Each sum is compensated (Neumaier): exact to the last bit or so whatever the count. */
export function meanRow(features: FeatureMatrix): Float64Array {
  const { data, rows, dimension } = features
  const mean = new Float64Array(dimension)
  const lost = new Float64Array(dimension)
  for (let i = 0; i < rows; i++) {
    const at = i * dimension
    for (let j = 0; j < dimension; j++) {
      const value = data[at + j]
      const sum = mean[j] + value
      lost[j] += Math.abs(mean[j]) >= Math.abs(value) ? mean[j] - sum + value : value - sum + mean[j]
      mean[j] = sum
    }
  }
  for (let j = 0; j < dimension; j++) mean[j] = (mean[j] + lost[j]) / rows
  return mean
}

/** The rows less `mean`, times `factor`, as a float64 matrix. */
export function centredRows(features: FeatureMatrix, mean: Float64Array, factor = 1): Matrix {
  const { data, rows, dimension } = features
  const centred = new Float64Array(rows * dimension)
  for (let i = 0; i < rows; i++) {
    const at = i * dimension
    for (let j = 0; j < dimension; j++) centred[at + j] = (data[at + j] - mean[j]) * factor
  }
  return { data: centred, rows, columns: dimension }
}

/**
 * The rows less `mean` as the columns of a float64 matrix `[dimension, count]`: what is taken of some dimensions then lies together.
 *
 * @param rows `[count, dimension]`
 * @param into where it is written: its first values
 */
export function centredColumns(
  rows: Float32Array | Float64Array,
  count: number,
  mean: Float64Array,
  into: Float64Array,
): Matrix {
  const dimension = mean.length
  const data = into.subarray(0, count * dimension)
  // By tiles of rows, so that what is written to one column lies together.
  for (let top = 0; top < count; top += TILE) {
    const bottom = Math.min(top + TILE, count)
    for (let j = 0; j < dimension; j++) {
      const middle = mean[j]
      for (let i = top; i < bottom; i++) data[j * count + i] = rows[i * dimension + j] - middle
    }
  }
  return { data, rows: dimension, columns: count }
}

const TILE = 16

/** Rows picked by index, in that order, with their clips. */
export function selectRows(features: FeatureMatrix, rows: ArrayLike<number>): FeatureMatrix {
  const { data, dimension, clipOfRow } = features
  const picked =
    data instanceof Float32Array ? new Float32Array(rows.length * dimension) : new Float64Array(rows.length * dimension)
  for (let i = 0; i < rows.length; i++) {
    picked.set(data.subarray(rows[i] * dimension, (rows[i] + 1) * dimension), i * dimension)
  }
  const clips =
    clipOfRow === undefined ? undefined : Int32Array.from({ length: rows.length }, (_, i) => clipOfRow[rows[i]])
  return { data: picked, rows: rows.length, dimension, clipOfRow: clips }
}

/** Rows `start` to `end` (not included), without copying. */
export function rowRange(features: FeatureMatrix, start: number, end: number): FeatureMatrix {
  const { data, dimension, clipOfRow } = features
  return {
    data: data.subarray(start * dimension, end * dimension),
    rows: end - start,
    dimension,
    clipOfRow: clipOfRow?.subarray(start, end),
  }
}
