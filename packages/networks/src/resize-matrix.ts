/** Resizes that can stand in front of a network; each is linear and separable, so one matrix an axis says all. */
export type ResizeKind = 'tf1-bilinear' | 'half-pixel-bilinear' | 'antialias-bilinear' | 'pillow-bicubic'

/**
 * Rows of a resize of one axis: output sample o is Σ_i matrix[o·input + i] · sample[i].
 * Formulas: METRICS §4.2. Positions of the bilinear ones are rounded to 32 bits, as TensorFlow and torch round them (it
 * shows in the fifth digit of a pixel); all else is computed in 64 bits. Stored in 32.
 * @param input samples of the axis, ≥ 1
 * @param resized samples of the whole resized axis
 * @param window the part of the resized axis that is wanted (a crop); default all of it
 * @returns `[window.count, input]`, row-major
 */
export function resizeMatrix(
  kind: ResizeKind,
  input: number,
  resized: number,
  window: { start: number; count: number } = { start: 0, count: resized },
): Float32Array {
  const matrix = new Float32Array(window.count * input)
  const scale = input / resized
  for (let row = 0; row < window.count; row++) {
    const target = matrix.subarray(row * input, (row + 1) * input)
    const o = window.start + row
    if (kind === 'tf1-bilinear') interpolate(target, f32(o * f32(scale)))
    else if (kind === 'half-pixel-bilinear') interpolate(target, Math.max(0, f32(f32((o + 0.5) * f32(scale)) - 0.5)))
    else if (kind === 'antialias-bilinear') average(target, (o + 0.5) * scale, Math.max(scale, 1), triangle, 1)
    else average(target, (o + 0.5) * scale, Math.max(scale, 1), cubic, 2)
  }
  return matrix
}

/** The transpose of a row-major `[rows, columns]` matrix. */
export function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[c * rows + r] = matrix[r * columns + c]
  return result
}

const f32 = Math.fround

/** Two neighbours of a source position; past the last sample it is repeated. */
function interpolate(row: Float32Array, position: number): void {
  const low = Math.min(Math.floor(position), row.length - 1)
  const high = Math.min(low + 1, row.length - 1)
  const weight = position - low
  row[low] += high === low ? 1 : 1 - weight
  if (high !== low) row[high] += weight
}

/** A kernel stretched by `stretch` around `centre`, its weights renormalised where it leaves the axis. */
function average(
  row: Float32Array,
  centre: number,
  stretch: number,
  kernel: (x: number) => number,
  support: number,
): void {
  const first = Math.max(0, Math.trunc(centre - support * stretch + 0.5))
  const end = Math.min(row.length, Math.trunc(centre + support * stretch + 0.5))
  const weights = Array.from({ length: end - first }, (_, i) => kernel((first + i - centre + 0.5) / stretch))
  const sum = weights.reduce((a, b) => a + b, 0)
  weights.forEach((weight, i) => (row[first + i] = weight / sum))
}

function triangle(x: number): number {
  return Math.max(0, 1 - Math.abs(x))
}

/** Keys' cubic with a = −1/2. */
function cubic(x: number): number {
  const d = Math.abs(x)
  if (d < 1) return (1.5 * d - 2.5) * d * d + 1
  return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0
}
