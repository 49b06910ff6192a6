import { bandToTridiagonal } from './band-to-tridiagonal.ts'
import type { Matrix } from './multiply.ts'
import { reduceToBand } from './reduce-to-band.ts'
import { tridiagonalEigenvalues } from './tridiagonal-eigenvalues.ts'

/**
 * Eigenvalues of a symmetric matrix, ascending.
 *
 * In three steps: orthogonal reduction to a band, where nearly all arithmetic is matrix products (onnxruntime);
 * reduction of the band to tridiagonal form by chasing bulges; implicit QL. A direct tridiagonalisation would spend its
 * time in matrix-vector products, bound by memory. Every step is backward stable: the error of each eigenvalue is a small
 * multiple of 2⁻⁵² times the largest.
 *
 * @param matrix `[n, n]` symmetric and finite; not changed
 * @throws RangeError when the matrix is not square
 */
export async function symmetricEigenvalues(matrix: Matrix): Promise<Float64Array> {
  if (matrix.columns !== matrix.rows) {
    throw new RangeError(`symmetricEigenvalues: expected a square matrix; found ${matrix.rows}×${matrix.columns}`)
  }
  const band = await reduceToBand(matrix)
  return tridiagonalEigenvalues(bandToTridiagonal(band))
}
