import { multiply, type Matrix } from './multiply.ts'

/**
 * The lower half of a symmetric band matrix with room for the bulges of its reduction: element (i, j), i ≥ j, stands at
 * `data[j * (2 * width - 1) + i]`, which is column-major storage with leading dimension 2·width − 1.
 */
export interface BandMatrix {
  data: Float64Array
  size: number
  /** Number of subdiagonals. */
  width: number
}

/**
 * Orthogonal similarity transform of a symmetric matrix to a band (the first stage of Bischof, Lang & Sun, A framework
 * for symmetric band reduction, TOMS 2000).
 *
 * Panel by panel: the columns below the band are brought to triangular form by Q = I − V·T·Vᵀ, and the rest of the matrix
 * becomes QᵀSQ = S − V·Zᵀ − Z·Vᵀ with X = S·V·T and Z = X − ½·V·Tᵀ·(Vᵀ·X).
 *
 * @param matrix `[n, n]` symmetric; not changed
 */
export async function reduceToBand(matrix: Matrix): Promise<BandMatrix> {
  const n = matrix.rows
  const width = bandWidth(n)
  const lead = 2 * width - 1
  // One slot more than the last column's diagonal needs, so that reading past a short column stays inside.
  const band: BandMatrix = { data: new Float64Array(n * lead + n + lead), size: n, width }
  let rest = matrix.data
  let size = n
  let spare = new Float64Array(0)
  let other = new Float64Array(0)
  for (let start = 0; start < n; start += width) {
    const columns = Math.min(width, size)
    storeDiagonalBlock(band, rest, size, start, columns)
    const m = size - columns
    if (m <= 0) break
    const panel = new Float64Array(m * columns)
    for (let i = 0; i < m; i++) {
      const from = (columns + i) * size
      panel.set(rest.subarray(from, from + columns), i * columns)
    }
    const reflectors = factorPanel(panel, m, columns)
    storeTriangle(band, reflectors.upper, start, columns, Math.min(m, columns), columns)
    if (spare.length < m * m) {
      spare = new Float64Array(m * m)
      other = new Float64Array(m * m)
    }
    const compact = spare.subarray(0, m * m)
    for (let i = 0; i < m; i++) {
      const from = (columns + i) * size + columns
      compact.set(rest.subarray(from, from + m), i * m)
    }
    const trailing = { data: compact, rows: m, columns: m }
    const pair = await updatePair(trailing, reflectors)
    await multiply(pair.left, pair.right, { transposeB: true, alpha: -1, addend: trailing, into: other })
    rest = other.subarray(0, m * m)
    size = m
  }
  return band
}

// Wider bands make the products more efficient and the second stage, which is plain loops, more costly.
function bandWidth(n: number): number {
  if (n < 64) return Math.max(1, Math.min(8, n - 1))
  return n < 600 ? 16 : 32
}

function storeDiagonalBlock(band: BandMatrix, rest: Float64Array, size: number, start: number, columns: number): void {
  const lead = 2 * band.width - 1
  for (let j = 0; j < columns; j++) {
    for (let i = j; i < columns; i++) band.data[(start + j) * lead + start + i] = rest[i * size + j]
  }
}

/** Stores R (`rows` × `columns`, upper triangular) as the rows below the diagonal block. */
function storeTriangle(
  band: BandMatrix,
  upper: Float64Array,
  start: number,
  offset: number,
  rows: number,
  columns: number,
): void {
  const lead = 2 * band.width - 1
  for (let i = 0; i < rows; i++) {
    for (let j = i; j < columns; j++) band.data[(start + j) * lead + start + offset + i] = upper[i * columns + j]
  }
}

interface Reflectors {
  /** `[m, k]`, unit lower trapezoidal. */
  v: Matrix
  /** `[k, k]` upper triangular. */
  t: Matrix
  /** The triangle R, in the panel's first rows. */
  upper: Float64Array
}

/** Householder QR of a panel `[m, columns]`, as Q = I − V·T·Vᵀ. Works on the transposed panel: its columns are rows there. */
function factorPanel(panel: Float64Array, m: number, columns: number): Reflectors {
  const work = new Float64Array(columns * m)
  for (let i = 0; i < m; i++) for (let j = 0; j < columns; j++) work[j * m + i] = panel[i * columns + j]
  const k = Math.min(m, columns)
  const tau = new Float64Array(k)
  const upper = new Float64Array(m * columns)
  for (let j = 0; j < k; j++) {
    const row = work.subarray(j * m, (j + 1) * m)
    tau[j] = makeReflector(row, j)
    for (let c = j + 1; c < columns; c++) applyReflector(row, tau[j], work.subarray(c * m, (c + 1) * m), j)
  }
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i <= Math.min(c, m - 1); i++) upper[i * columns + c] = work[c * m + i]
  }
  const v = new Float64Array(m * k)
  for (let j = 0; j < k; j++) {
    v[j * k + j] = 1
    for (let i = j + 1; i < m; i++) v[i * k + j] = work[j * m + i]
    // From here on the row of `work` holds V's column itself.
    work.fill(0, j * m, j * m + j)
    work[j * m + j] = 1
  }
  return {
    v: { data: v, rows: m, columns: k },
    t: { data: triangularFactor(work, tau, m), rows: k, columns: k },
    upper,
  }
}

/** Replaces x[j..] by (beta, v[1..]) of the reflector I − tau·v·vᵀ (v[0] = 1) that maps it to beta·e₁; returns tau. */
function makeReflector(x: Float64Array, j: number): number {
  let scale = 0
  for (let i = j + 1; i < x.length; i++) scale = Math.max(scale, Math.abs(x[i]))
  if (scale === 0) return 0
  scale = Math.max(scale, Math.abs(x[j]))
  let sum = 0
  for (let i = j; i < x.length; i++) sum += (x[i] / scale) ** 2
  const norm = scale * Math.sqrt(sum)
  const alpha = x[j]
  const beta = alpha > 0 ? -norm : norm
  const inverse = 1 / (alpha - beta)
  for (let i = j + 1; i < x.length; i++) x[i] *= inverse
  x[j] = beta
  return (beta - alpha) / beta
}

function applyReflector(v: Float64Array, tau: number, x: Float64Array, j: number): void {
  let dot = x[j]
  for (let i = j + 1; i < x.length; i++) dot += v[i] * x[i]
  dot *= tau
  x[j] -= dot
  for (let i = j + 1; i < x.length; i++) x[i] -= dot * v[i]
}

/** T of Q = I − V·T·Vᵀ (Schreiber & Van Loan 1989) from V's columns, given as the rows of `vt`. */
function triangularFactor(vt: Float64Array, tau: Float64Array, m: number): Float64Array {
  const k = tau.length
  const t = new Float64Array(k * k)
  const dots = new Float64Array(k)
  for (let j = 0; j < k; j++) {
    for (let i = 0; i < j; i++) {
      let dot = 0
      for (let r = j; r < m; r++) dot += vt[i * m + r] * vt[j * m + r]
      dots[i] = -tau[j] * dot
    }
    for (let i = 0; i < j; i++) {
      let value = 0
      for (let r = i; r < j; r++) value += t[i * k + r] * dots[r]
      t[i * k + j] = value
    }
    t[j * k + j] = tau[j]
  }
  return t
}

/** [V Z] and [Z V], so that the update is S − [V Z]·[Z V]ᵀ. */
async function updatePair(s: Matrix, { v, t }: Reflectors): Promise<{ left: Matrix; right: Matrix }> {
  const x = await multiply(await multiply(s, v), t)
  const inner = await multiply(t, await multiply(v, x, { transposeA: true }), { transposeA: true })
  const half = await multiply(v, inner)
  const m = v.rows
  const k = v.columns
  const left = new Float64Array(m * 2 * k)
  const right = new Float64Array(m * 2 * k)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < k; j++) {
      const vij = v.data[i * k + j]
      const zij = x.data[i * k + j] - 0.5 * half.data[i * k + j]
      left[i * 2 * k + j] = vij
      left[i * 2 * k + k + j] = zij
      right[i * 2 * k + j] = zij
      right[i * 2 * k + k + j] = vij
    }
  }
  return { left: { data: left, rows: m, columns: 2 * k }, right: { data: right, rows: m, columns: 2 * k } }
}
