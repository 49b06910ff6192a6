import type { BandMatrix } from './reduce-to-band.ts'

/** A symmetric tridiagonal matrix. */
export interface Tridiagonal {
  /** `[n]` */
  diagonal: Float64Array
  /** `[n]`, the element below diagonal element i; the last one is 0. */
  offDiagonal: Float64Array
}

/**
 * Orthogonal similarity transform of a symmetric band matrix to tridiagonal form: each column is cleared below its
 * subdiagonal by a reflector, and the bulge that this makes is chased down the band block by block (Murata & Horikoshi
 * 1975, in the form of Lang, A parallel algorithm for reducing symmetric banded matrices to tridiagonal form, 1993).
 *
 * @param band destroyed
 */
export function bandToTridiagonal({ data, size: n, width }: BandMatrix): Tridiagonal {
  const lead = 2 * width - 1
  const v = new Float64Array(width)
  const u = new Float64Array(width)
  if (width > 1) {
    for (let sweep = 0; sweep < n - 2; sweep++) {
      let top = sweep + 1
      let length = Math.min(width, n - top)
      let tau = takeReflector(data, sweep * lead + top, v, length)
      for (;;) {
        if (tau !== 0) applyToDiagonalBlock(data, lead, top, length, v, u, tau)
        const below = top + length
        const rows = Math.min(width, n - below)
        if (rows <= 0) break
        if (tau !== 0) applyFromRight(data, lead, below, rows, top, length, v, u, tau)
        tau = takeReflector(data, top * lead + below, v, rows)
        if (tau !== 0) applyFromLeft(data, lead, below, rows, top + 1, length - 1, v, tau)
        top = below
        length = rows
      }
    }
  }
  const diagonal = new Float64Array(n)
  const offDiagonal = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    diagonal[i] = data[i * lead + i]
    if (i < n - 1 && width > 0) offDiagonal[i] = data[i * lead + i + 1]
  }
  return { diagonal, offDiagonal }
}

/** Clears data[at+1 .. at+length-1] by a reflector I − tau·v·vᵀ, v[0] = 1; returns tau. */
function takeReflector(data: Float64Array, at: number, v: Float64Array, length: number): number {
  let scale = 0
  for (let i = 1; i < length; i++) scale = Math.max(scale, Math.abs(data[at + i]))
  if (scale === 0) return 0
  const alpha = data[at]
  scale = Math.max(scale, Math.abs(alpha))
  let sum = 0
  for (let i = 0; i < length; i++) {
    const value = data[at + i] / scale
    sum += value * value
  }
  const norm = scale * Math.sqrt(sum)
  const beta = alpha > 0 ? -norm : norm
  const inverse = 1 / (alpha - beta)
  v[0] = 1
  for (let i = 1; i < length; i++) {
    v[i] = data[at + i] * inverse
    data[at + i] = 0
  }
  data[at] = beta
  return (beta - alpha) / beta
}

/** B ← H·B·H of the symmetric block at (top, top): with p = tau·B·v and w = p − ½·tau·(pᵀv)·v, B − v·wᵀ − w·vᵀ. */
function applyToDiagonalBlock(
  data: Float64Array,
  lead: number,
  top: number,
  length: number,
  v: Float64Array,
  w: Float64Array,
  tau: number,
): void {
  w.fill(0, 0, length)
  for (let j = 0; j < length; j++) {
    const column = (top + j) * lead + top
    const vj = v[j]
    let sum = data[column + j] * vj
    for (let i = j + 1; i < length; i++) {
      const value = data[column + i]
      w[i] += value * vj
      sum += value * v[i]
    }
    w[j] += sum
  }
  let dot = 0
  for (let i = 0; i < length; i++) dot += w[i] * v[i]
  const half = 0.5 * tau * tau * dot
  for (let i = 0; i < length; i++) w[i] = tau * w[i] - half * v[i]
  for (let j = 0; j < length; j++) {
    const column = (top + j) * lead + top
    const vj = v[j]
    const wj = w[j]
    for (let i = j; i < length; i++) data[column + i] -= v[i] * wj + w[i] * vj
  }
}

/** B ← B·H of the block of `rows` rows from `below` and `length` columns from `left`. */
function applyFromRight(
  data: Float64Array,
  lead: number,
  below: number,
  rows: number,
  left: number,
  length: number,
  v: Float64Array,
  u: Float64Array,
  tau: number,
): void {
  u.fill(0, 0, rows)
  for (let j = 0; j < length; j++) {
    const column = (left + j) * lead + below
    const vj = v[j]
    for (let i = 0; i < rows; i++) u[i] += data[column + i] * vj
  }
  for (let j = 0; j < length; j++) {
    const column = (left + j) * lead + below
    const factor = tau * v[j]
    for (let i = 0; i < rows; i++) data[column + i] -= u[i] * factor
  }
}

/** B ← H·B of the block of `rows` rows from `below` and `length` columns from `left`. */
function applyFromLeft(
  data: Float64Array,
  lead: number,
  below: number,
  rows: number,
  left: number,
  length: number,
  v: Float64Array,
  tau: number,
): void {
  for (let j = 0; j < length; j++) {
    const column = (left + j) * lead + below
    let dot = 0
    for (let i = 0; i < rows; i++) dot += v[i] * data[column + i]
    dot *= tau
    for (let i = 0; i < rows; i++) data[column + i] -= dot * v[i]
  }
}
