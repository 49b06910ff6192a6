import { multiply, type Matrix } from './multiply.ts'

/** M^½ and M^(−½) of a symmetric positive semidefinite matrix. */
export interface SquareRoots {
  root: Matrix
  /** On the part of M above the resolution; not meaningful below it. */
  inverseRoot: Matrix
}

// Roots of eigenvalues below this share of the largest root are not resolved: of M's own eigenvalues 1e-14.
const RESOLUTION = 1e-7
const MOST_STEPS = 40

/**
 * Both square roots by the coupled Newton-Schulz iteration, Y ← ½·Y(3I − ZY), Z ← ½·(3I − ZY)Z, which is products only
 * (onnxruntime) and keeps Y and Z symmetric. Each step is scaled so that the smallest root still unresolved grows fastest
 * (Chen & Chow 2014), about 15 steps in place of 30.
 *
 * For what needs the roots themselves (influence functions); a distance needs only their trace, from eigenvalues.
 *
 * @param matrix `[n, n]`; not changed
 * Source: Higham, Functions of Matrices, 2008, chapter 6.7.
 */
export async function squareRoots(matrix: Matrix): Promise<SquareRoots> {
  const n = matrix.rows
  let norm = 0
  for (const value of matrix.data) norm += value * value
  norm = Math.sqrt(norm)
  if (norm === 0) return { root: zeros(n), inverseRoot: zeros(n) }
  let y: Matrix = { ...matrix, data: matrix.data.map((value) => value / norm) }
  let z = identity(n)
  let low = RESOLUTION
  for (let step = 0; step < MOST_STEPS; step++) {
    // The roots lie in [low, 1]; x ← ½·a·x(3 − a²x²) brings both ends to the same height.
    const scale = Math.sqrt(3 / (1 + low + low * low))
    const product = await multiply(z, y)
    const inner: Matrix = { ...product, data: product.data.map((value) => -0.5 * scale ** 3 * value) }
    for (let i = 0; i < n; i++) inner.data[i * n + i] += 1.5 * scale
    y = await multiply(y, inner)
    z = await multiply(inner, z)
    const next = 0.5 * scale * low * (3 - (scale * low) ** 2)
    if (low > 1 - 1e-12) break
    low = Math.min(1, next)
  }
  const root = Math.sqrt(norm)
  return {
    root: { ...y, data: y.data.map((value) => value * root) },
    inverseRoot: { ...z, data: z.data.map((value) => value / root) },
  }
}

function identity(n: number): Matrix {
  const matrix = zeros(n)
  for (let i = 0; i < n; i++) matrix.data[i * n + i] = 1
  return matrix
}

function zeros(n: number): Matrix {
  return { data: new Float64Array(n * n), rows: n, columns: n }
}
