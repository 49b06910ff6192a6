/** Bilinear resizes: every output sample lies between two input samples. */
export type LinearResize = 'tf1-bilinear' | 'half-pixel-bilinear'

/** Antialiased resizes: an output sample is a weighted mean of a window of input samples. */
export type AveragingResize = 'antialias-bilinear' | 'pillow-bicubic'

/** Resizes that can stand in front of a network; each is linear and separable. Formulas: the functions of these names in `@kinemetric/video`. */
export type ResizeKind = LinearResize | AveragingResize

/** One axis of a resize: input and output samples, and the part of the output that is wanted (a crop; default: all). */
export interface ResizeAxis {
  readonly input: number
  readonly output: number
  readonly window?: { readonly start: number; readonly count: number } | undefined
}

/** Whether a kind takes two neighbours for each output sample. */
export function isLinearResize(kind: ResizeKind): kind is LinearResize {
  return kind === 'tf1-bilinear' || kind === 'half-pixel-bilinear'
}

/** Output sample i of the window is sample[low[i]] + weight[i] · (sample[high[i]] − sample[low[i]]). */
export interface LinearTaps {
  readonly low: Int32Array
  readonly high: Int32Array
  readonly weight: Float32Array
}

/**
 * The two neighbours of every output sample of an axis. Positions are rounded to 32 bits as TensorFlow and torch round
 * them: it shows in the fifth digit of a pixel. Past the last sample it is repeated.
 */
export function linearTaps(kind: LinearResize, { input, output, window }: ResizeAxis): LinearTaps {
  const { start, count } = window ?? { start: 0, count: output }
  const taps = { low: new Int32Array(count), high: new Int32Array(count), weight: new Float32Array(count) }
  const scale = f32(input / output)
  for (let i = 0; i < count; i++) {
    const o = start + i
    const position = kind === 'tf1-bilinear' ? f32(o * scale) : Math.max(0, f32(f32((o + 0.5) * scale) - 0.5))
    taps.low[i] = Math.min(Math.floor(position), input - 1)
    taps.high[i] = Math.min(taps.low[i] + 1, input - 1)
    taps.weight[i] = position - taps.low[i]
  }
  return taps
}

/**
 * Rows of an antialiased resize of one axis: output sample i of the window is Σ_j matrix[i·input + j] · sample[j].
 * Computed in 64 bits, stored in 32.
 * @returns `[count, input]`, row-major
 */
export function averagingMatrix(kind: AveragingResize, { input, output, window }: ResizeAxis): Float32Array {
  const { start, count } = window ?? { start: 0, count: output }
  const matrix = new Float32Array(count * input)
  const scale = input / output
  const [kernel, support] = kind === 'antialias-bilinear' ? [triangle, 1] : [cubic, 2]
  for (let i = 0; i < count; i++) {
    average(matrix.subarray(i * input, (i + 1) * input), (start + i + 0.5) * scale, Math.max(scale, 1), kernel, support)
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
