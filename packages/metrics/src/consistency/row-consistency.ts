import { metricError } from '../recipes/metric-error.ts'
import type { VideoRows } from '../spec/need.ts'

/** The length that a row's own is raised to where it is less, in torch's `normalize`. */
const SMALLEST_LENGTH = 1e-12

/** What the product of two lengths is raised to where it is less, in torch's `cosine_similarity`. */
const SMALLEST_PRODUCT = 1e-8

/**
 * How like each frame is to the one before it and to the first, by the cosine of their rows: ½ (max(0, cos(u[t−1], u[t])) + max(0, cos(u[0], u[t]))) for each t ≥ 1, so that of
 * the second frame the same pair counts twice. Vchitect/VBench at 45e79ec, vbench/subject_consistency.py; in float64.
 *
 * @param where names the metric in errors
 * @returns `[T − 1]`, each in [0, 1]
 * @throws KinemetricError `too-few` for fewer than 2 rows; `not-finite`
 */
export function rowConsistency(
  { rows, dimension }: Pick<VideoRows, 'rows' | 'dimension'>,
  where: string,
): Float64Array {
  const count = rows.length / dimension
  if (count < 2)
    throw metricError('too-few', where, {
      expected: 'at least 2 frames, for each is compared with the one before it',
      found: String(count),
    })
  const wrong = rows.findIndex((value) => !Number.isFinite(value))
  if (wrong >= 0)
    throw metricError('not-finite', where, {
      expected: 'finite features',
      found: `${rows[wrong]} in frame ${Math.floor(wrong / dimension)}`,
    })
  const unit = unitRows(rows, count, dimension)
  const values = new Float64Array(count - 1)
  for (let t = 1; t < count; t++)
    values[t - 1] = 0.5 * (likeness(unit, t - 1, t, dimension) + likeness(unit, 0, t, dimension))
  return values
}

function unitRows(rows: Float32Array, count: number, dimension: number): Float64Array {
  const unit = Float64Array.from(rows)
  for (let t = 0; t < count; t++) {
    const row = unit.subarray(t * dimension, (t + 1) * dimension)
    const length = Math.max(SMALLEST_LENGTH, Math.sqrt(product(row, row)))
    for (let i = 0; i < dimension; i++) row[i] /= length
  }
  return unit
}

function likeness(unit: Float64Array, a: number, b: number, dimension: number): number {
  const [x, y] = [a, b].map((t) => unit.subarray(t * dimension, (t + 1) * dimension))
  const lengths = Math.max(SMALLEST_PRODUCT, Math.sqrt(product(x, x) * product(y, y)))
  // Rounding may carry the cosine of two equal rows beyond 1.
  return Math.min(1, Math.max(0, product(x, y) / lengths))
}

function product(x: Float64Array, y: Float64Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i]
  return sum
}
