import { multiply, type Matrix } from './multiply.ts'

/** S ≈ F·Fᵀ with as many columns as S has rank. */
export interface Factor {
  /** `[d, rank]`, rows in the order of S. */
  factor: Matrix
  rank: number
  /** The smallest diagonal element left when the pivots ran out: clearly negative for a matrix that is not semidefinite. */
  remainder: number
}

const BLOCK = 64

/**
 * Rank-revealing Cholesky factor of a symmetric positive semidefinite matrix, by diagonal pivoting: at each step the
 * largest remaining diagonal element is eliminated, until none exceeds `tolerance`, so that a singular matrix needs no
 * jitter on its diagonal and its factor has exactly rank columns.
 *
 * Blocked right-looking (LAPACK dpstrf's scheme): inside a block only the pivot's column is brought up to date; the rest
 * of the matrix follows once a block, as one product.
 *
 * @param matrix `[d, d]` symmetric; not changed
 * @param tolerance a pivot at or below it counts as zero; default d · 2⁻⁵² · the largest diagonal element, as LAPACK
 * @throws RangeError when the matrix is not square
 */
export async function pivotedCholesky(matrix: Matrix, tolerance?: number): Promise<Factor> {
  const n = matrix.rows
  if (matrix.columns !== n) {
    throw new RangeError(`pivotedCholesky: expected a square matrix; found ${n}×${matrix.columns}`)
  }
  const order = Int32Array.from({ length: n }, (_, i) => i)
  // Rows in pivoted order; columns 0..rank-1 are filled as the elimination goes.
  const lower = new Float64Array(n * n)
  const diagonal = Float64Array.from({ length: n }, (_, i) => matrix.data[i * n + i])
  const smallest = tolerance ?? n * 2 ** -52 * diagonal.reduce((max, value) => Math.max(max, value), 0)
  const rest = matrix.data.slice()
  const spare = new Float64Array(n > BLOCK ? (n - BLOCK) ** 2 : 0)
  let rank = 0
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(start + BLOCK, n)
    rank = eliminateBlock({ rest, lower, diagonal, order, n, start, end, smallest })
    if (rank < end || end === n) break
    const m = n - end
    const panel = new Float64Array(m * (end - start))
    for (let i = 0; i < m; i++) {
      panel.set(lower.subarray((end + i) * n + start, (end + i) * n + end), i * (end - start))
    }
    const compact = spare.subarray(0, m * m)
    const size = n - start
    for (let i = 0; i < m; i++) {
      const from = (end - start + i) * size + (end - start)
      compact.set(rest.subarray(from, from + m), i * m)
    }
    const columns = { data: panel, rows: m, columns: end - start }
    const addend = { data: compact, rows: m, columns: m }
    await multiply(columns, columns, { transposeB: true, alpha: -1, addend, into: rest })
    // `rest` now starts with the m × m remainder; its buffer and the spare one are large enough for what follows.
  }
  const factor = new Float64Array(n * rank)
  for (let i = 0; i < n; i++) factor.set(lower.subarray(i * n, i * n + rank), order[i] * rank)
  const remainder = diagonal.subarray(rank).reduce((min, value) => Math.min(min, value), 0)
  return { factor: { data: factor, rows: n, columns: rank }, rank, remainder }
}

interface Elimination {
  /** The remainder of the matrix from `start` on, `[n - start, n - start]`, up to date up to column `start`. */
  rest: Float64Array
  lower: Float64Array
  diagonal: Float64Array
  order: Int32Array
  n: number
  start: number
  end: number
  smallest: number
}

/** Eliminates the columns start..end-1; returns the rank so far, `end` unless the pivots ran out. */
function eliminateBlock({ rest, lower, diagonal, order, n, start, end, smallest }: Elimination): number {
  const size = n - start
  for (let j = start; j < end; j++) {
    let pivot = j
    for (let i = j + 1; i < n; i++) if (diagonal[i] > diagonal[pivot]) pivot = i
    if (!(diagonal[pivot] > smallest)) return j
    if (pivot !== j) swap(rest, lower, diagonal, order, n, start, j, pivot)
    const root = Math.sqrt(diagonal[j])
    const rowJ = j * n
    lower[rowJ + j] = root
    const restRow = (j - start) * size - start
    for (let i = j + 1; i < n; i++) {
      const rowI = i * n
      // The remainder is symmetric: its row j is read in place of its column j.
      let value = rest[restRow + i]
      for (let t = start; t < j; t++) value -= lower[rowI + t] * lower[rowJ + t]
      value /= root
      lower[rowI + j] = value
      diagonal[i] -= value * value
    }
  }
  return end
}

function swap(
  rest: Float64Array,
  lower: Float64Array,
  diagonal: Float64Array,
  order: Int32Array,
  n: number,
  start: number,
  a: number,
  b: number,
): void {
  const size = n - start
  const rowA = (a - start) * size
  const rowB = (b - start) * size
  for (let k = 0; k < size; k++) {
    const value = rest[rowA + k]
    rest[rowA + k] = rest[rowB + k]
    rest[rowB + k] = value
  }
  for (let k = 0; k < size; k++) {
    const value = rest[k * size + a - start]
    rest[k * size + a - start] = rest[k * size + b - start]
    rest[k * size + b - start] = value
  }
  for (let k = 0; k < a; k++) {
    const value = lower[a * n + k]
    lower[a * n + k] = lower[b * n + k]
    lower[b * n + k] = value
  }
  const value = diagonal[a]
  diagonal[a] = diagonal[b]
  diagonal[b] = value
  const index = order[a]
  order[a] = order[b]
  order[b] = index
}
