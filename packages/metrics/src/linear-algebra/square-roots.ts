import { multiply, type Matrix } from './multiply.ts'
import { symmetricProduct, transpose } from './upper-panels.ts'

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
 * (onnxruntime) and keeps Y and Z symmetric, so that half of two of three products is enough. Each step is scaled so that the smallest root still unresolved grows fastest
 * (Chen & Chow 2014), about 15 steps in place of 30.
 *
 * For what needs the roots themselves (influence functions); a distance needs only their trace, from eigenvalues.
 *
 * @param matrix `[n, n]`; not changed
 * @param smallest the smallest root of its eigenvalues, where it is known: a matrix far from singular needs fewer steps
 * Source: Higham, Functions of Matrices, 2008, chapter 6.7.
 */
export async function squareRoots(matrix: Matrix, smallest = 0): Promise<SquareRoots> {
  const n = matrix.rows
  let norm = 0
  for (const value of matrix.data) norm += value * value
  norm = Math.sqrt(norm)
  if (norm === 0) return { root: zeros(n), inverseRoot: zeros(n) }
  // Y·h(ZY) and h(ZY)·Z are symmetric whatever rounding did to Y and Z, and half of each is enough; h(ZY) itself is not, once they no longer commute
  // to the last bit, and an iteration that takes it for symmetric diverges. Six matrices change places, and no step makes another.
  let y: Matrix = { ...matrix, data: matrix.data.map((value) => value / norm) }
  let z = identity(n)
  const inner = zeros(n)
  const turned = zeros(n)
  let spare: Float64Array = new Float64Array(n * n)
  let other: Float64Array = new Float64Array(n * n)
  let low = Math.min(1, Math.max(RESOLUTION, (0.5 * smallest) / Math.sqrt(norm)))
  for (let step = 0; step < MOST_STEPS; step++) {
    // The roots lie in [low, 1]; x ← ½·a·x(3 − a²x²) brings both ends to the same height.
    const scale = Math.sqrt(3 / (1 + low + low * low))
    await multiply(z, y, { into: inner.data })
    const factor = -0.5 * scale ** 3
    for (let i = 0; i < n * n; i++) inner.data[i] *= factor
    for (let i = 0; i < n; i++) inner.data[i * n + i] += 1.5 * scale
    transpose(inner, turned)
    const nextY = await symmetricProduct(y, turned, spare)
    const nextZ = await symmetricProduct(z, inner, other)
    spare = y.data
    other = z.data
    y = nextY
    z = nextZ
    const next = 0.5 * scale * low * (3 - (scale * low) ** 2)
    if (low > 1 - 1e-12) break
    low = Math.min(1, next)
  }
  const root = Math.sqrt(norm)
  for (let i = 0; i < n * n; i++) {
    y.data[i] *= root
    z.data[i] /= root
  }
  return { root: y, inverseRoot: z }
}

function identity(n: number): Matrix {
  const matrix = zeros(n)
  for (let i = 0; i < n; i++) matrix.data[i * n + i] = 1
  return matrix
}

function zeros(n: number): Matrix {
  return { data: new Float64Array(n * n), rows: n, columns: n }
}
