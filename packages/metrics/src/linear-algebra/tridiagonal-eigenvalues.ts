import type { Tridiagonal } from './band-to-tridiagonal.ts'

const MOST_ITERATIONS = 60

/**
 * Eigenvalues of a symmetric tridiagonal matrix, ascending, by the implicit QL algorithm with Wilkinson's shift.
 *
 * Source: Bowdler, Martin, Reinsch & Wilkinson, The QR and QL algorithms for symmetric matrices, Numerische Mathematik
 * 1968 (procedure imtql1).
 *
 * @throws RangeError when an eigenvalue did not converge (never seen on finite input)
 */
export function tridiagonalEigenvalues(matrix: Tridiagonal): Float64Array {
  const d = matrix.diagonal.slice()
  const e = matrix.offDiagonal.slice()
  const n = d.length
  // Dropping off-diagonal elements up to this moves no eigenvalue by more than 2⁻⁵² of the matrix's norm. Without the
  // floor a singular matrix, whose null space holds nothing but rounding noise, would be iterated on for ever.
  let norm = 0
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(d[i]) + Math.abs(e[i]))
  const floor = 2 ** -53 * norm
  for (let l = 0; l < n; l++) {
    for (let iteration = 0; ; iteration++) {
      const m = firstSmall(d, e, l, floor)
      if (m === l) break
      if (iteration === MOST_ITERATIONS) {
        throw new RangeError(`tridiagonalEigenvalues: no convergence after ${MOST_ITERATIONS} steps at ${l} of ${n}`)
      }
      let g = (d[l + 1] - d[l]) / (2 * e[l])
      let r = Math.sqrt(g * g + 1)
      g = d[m] - d[l] + e[l] / (g + (g < 0 ? -r : r))
      let s = 1
      let c = 1
      let p = 0
      let i = m - 1
      for (; i >= l; i--) {
        const f = s * e[i]
        const b = c * e[i]
        r = Math.sqrt(f * f + g * g)
        e[i + 1] = r
        if (r === 0) {
          d[i + 1] -= p
          e[m] = 0
          break
        }
        s = f / r
        c = g / r
        g = d[i + 1] - p
        r = (d[i] - g) * s + 2 * c * b
        p = s * r
        d[i + 1] = g + p
        g = c * r - b
      }
      if (r === 0 && i >= l) continue
      d[l] -= p
      e[l] = g
      e[m] = 0
    }
  }
  return d.toSorted()
}

/** The first m ≥ l whose off-diagonal element is negligible. */
function firstSmall(d: Float64Array, e: Float64Array, l: number, floor: number): number {
  const n = d.length
  for (let m = l; m < n - 1; m++) {
    const scale = Math.abs(d[m]) + Math.abs(d[m + 1])
    if (Math.abs(e[m]) <= Math.max(2 ** -52 * scale, floor)) return m
  }
  return n - 1
}
