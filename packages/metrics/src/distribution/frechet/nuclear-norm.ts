import { multiply, type Matrix } from '../../linear-algebra/multiply.ts'
import { symmetricEigenvalues } from '../../linear-algebra/symmetric-eigenvalues.ts'

// Up to this many rows and columns together the exact way takes less than a second.
const EXACT = 1000

/**
 * Sum of a matrix's singular values.
 *
 * - `exact`: the singular values are the positive eigenvalues of [[0, C], [Cᵀ, 0]], each to 2⁻⁵² of the largest.
 * - `gram`: they are the roots of the eigenvalues of C·Cᵀ (or CᵀC, whichever is smaller). Several times as fast; a singular
 *   value σ is off by about 2⁻⁵²·σ₁²/σ, which a sum of hundreds of them does not show unless nearly all are tiny.
 *
 * @param method default: `exact` while rows + columns ≤ 1000
 */
export async function nuclearNorm(matrix: Matrix, method?: 'exact' | 'gram'): Promise<number> {
  const values = await singularValues(matrix, method)
  // Ascending: the small ones first.
  return values.reduce((sum, value) => sum + value, 0)
}

/** The min(rows, columns) singular values, ascending; see `nuclearNorm`. */
export async function singularValues(matrix: Matrix, method?: 'exact' | 'gram'): Promise<Float64Array> {
  const { rows, columns, data } = matrix
  const count = Math.min(rows, columns)
  if (count === 0) return new Float64Array(0)
  if ((method ?? (rows + columns <= EXACT ? 'exact' : 'gram')) === 'exact') {
    const size = rows + columns
    const symmetric = new Float64Array(size * size)
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        symmetric[i * size + rows + j] = data[i * columns + j]
        symmetric[(rows + j) * size + i] = data[i * columns + j]
      }
    }
    const eigenvalues = await symmetricEigenvalues({ data: symmetric, rows: size, columns: size })
    return eigenvalues.slice(size - count).map((value) => Math.max(value, 0))
  }
  const gram = await multiply(matrix, matrix, rows <= columns ? { transposeB: true } : { transposeA: true })
  return (await symmetricEigenvalues(gram)).map((value) => Math.sqrt(Math.max(value, 0)))
}
