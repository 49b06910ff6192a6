import type { FeatureMatrix } from '../../features/feature-matrix.ts'
import { type Matrix, multiply } from '../../linear-algebra/multiply.ts'
import { roundToHalf } from './round-to-half.ts'

/**
 * What a distance between two rows is rounded to, which decides ties.
 *
 * `squares-float32`: scikit-learn's of float32 rows: the square in float64, then rounded to float32 and its root taken there; of float64 rows, in float64.
 * `float32`: the exact distance rounded to float32, around which torch's scatter.
 * `float16`: rows, their squared lengths, the square and the root are each rounded to float16, so that a row is not quite at distance 0 from itself.
 */
export type DistanceRounding = 'squares-float32' | 'float32' | 'float16'

/** Rows made ready for products: what every block of pairs needs of them. */
export interface PairableRows {
  matrix: Matrix
  /** `[rows]` */
  squares: Float64Array
  isSingle: boolean
}

/** Rows as float64, of float16 values where distances are of such, and their squared lengths. */
export function pairable({ data, rows, dimension }: FeatureMatrix, rounding: DistanceRounding): PairableRows {
  const isHalf = rounding === 'float16'
  const isSingle = data instanceof Float32Array
  const values = isSingle || isHalf ? new Float64Array(data) : data
  const squares = new Float64Array(rows)
  for (let i = 0; i < rows; i++)
    squares[i] = isHalf
      ? halfSquare(values.subarray(i * dimension, (i + 1) * dimension))
      : square(values.subarray(i * dimension, (i + 1) * dimension))
  return { matrix: { data: values, rows, columns: dimension }, squares, isSingle }
}

function square(row: Float64Array): number {
  let sum = 0
  for (let c = 0; c < row.length; c++) sum += row[c] * row[c]
  return sum
}

/** Rounds a row in place; its squared length is summed up in float32. */
function halfSquare(row: Float64Array): number {
  let sum = 0
  for (let c = 0; c < row.length; c++) {
    const value = roundToHalf(Math.fround(row[c]))
    row[c] = value
    sum = Math.fround(sum + roundToHalf(value * value))
  }
  return roundToHalf(sum)
}

/** Below this part of the squared lengths, a square is mostly what rounding left of them: it is then summed up of the differences. */
const CANCELLED = 1e-8

/**
 * Euclidean distances `[x.rows, y.rows]` between all rows of two blocks, by |x|² + |y|² − 2xy.
 *
 * @param into room for the product, for loops that would allocate too often
 */
export async function pairDistances(
  x: PairableRows,
  y: PairableRows,
  rounding: DistanceRounding,
  into?: Float64Array,
): Promise<Matrix> {
  const product = await multiply(x.matrix, y.matrix, { transposeB: true, into })
  const { data, rows, columns } = product
  const squaresAreSingle = rounding === 'squares-float32' && x.isSingle && y.isSingle
  const rootsAreSingle = squaresAreSingle || rounding === 'float32'
  for (let i = 0; i < rows; i++) {
    const own = x.squares[i]
    for (let j = 0, at = i * columns; j < columns; j++, at++) {
      const sizes = own + y.squares[j]
      let square = sizes - 2 * data[at]
      if (rounding === 'float16') {
        data[at] = roundToHalf(Math.fround(Math.sqrt(Math.max(0, roundToHalf(Math.fround(square))))))
        continue
      }
      if (square < CANCELLED * sizes) square = squareOfDifferences(x.matrix, i, y.matrix, j)
      const root = Math.sqrt(squaresAreSingle ? Math.fround(square) : square)
      data[at] = rootsAreSingle ? Math.fround(root) : root
    }
  }
  return product
}

function squareOfDifferences(x: Matrix, i: number, y: Matrix, j: number): number {
  let sum = 0
  for (let c = 0, a = i * x.columns, b = j * y.columns; c < x.columns; c++) sum += (x.data[a + c] - y.data[b + c]) ** 2
  return sum
}
