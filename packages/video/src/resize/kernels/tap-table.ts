/**
 * One axis of a separable resize: output sample o is Σ_j weights[o·taps + j] · input[first[o] + j], j < taps. Rows with
 * fewer taps are padded with weight 0, and their window moved so that first[o] + taps never passes the input's end.
 */
export interface TapTable {
  taps: number
  first: Int32Array
  weights: Float64Array
}

/** A resampling kernel: its half width at scale 1, and its value at distance x (in input pixels at scale 1). */
export interface Kernel {
  support: number
  value: (x: number) => number
}

/** Keys' cubic convolution with a = −0.5, as Pillow's BICUBIC and torch's antialiased bicubic have it. */
export const cubicKernel: Kernel = {
  support: 2,
  value(x) {
    const a = -0.5
    const d = Math.abs(x)
    if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1
    if (d < 2) return (((d - 5) * d + 8) * d - 4) * a
    return 0
  },
}

/** The triangle of bilinear interpolation. */
export const triangleKernel: Kernel = { support: 1, value: (x) => Math.max(0, 1 - Math.abs(x)) }

/**
 * Taps of an antialiased resize: the kernel is widened by the reduction factor and its weights are renormalised where it
 * leaves the image. Window and weights follow Pillow (src/libImaging/Resample.c), whose rules torch's antialias shares.
 * @param round the precision in which positions are held: 64 bits in Pillow, 32 (`Math.fround`) in torch
 */
export function antialiasTaps(
  inputSize: number,
  outputSize: number,
  kernel: Kernel,
  round: (position: number) => number = (position) => position,
): TapTable {
  const scale = round(inputSize / outputSize)
  const filterScale = Math.max(scale, 1)
  const support = kernel.support * filterScale
  const rows: { first: number; weights: number[] }[] = []
  for (let o = 0; o < outputSize; o++) {
    const centre = round((o + 0.5) * scale)
    const first = Math.max(0, Math.trunc(centre - support + 0.5))
    const end = Math.min(inputSize, Math.trunc(centre + support + 0.5))
    const weights: number[] = []
    let sum = 0
    for (let x = first; x < end; x++) {
      // Multiplied by the reciprocal, as Pillow does: a division can differ in the last bit and so in a rounded weight.
      const weight = kernel.value((x - centre + 0.5) * (1 / filterScale))
      weights.push(weight)
      sum += weight
    }
    rows.push({ first, weights: sum === 0 ? weights : weights.map((weight) => weight / sum) })
  }
  return tapTable(rows, inputSize)
}

/**
 * Two-tap linear interpolation at the source position `position(o)`, neighbours past the last sample repeated. Positions
 * are rounded to 32 bits, as the libraries that are reproduced hold them: at pixel 300 that already shifts weights by 1e-5.
 */
export function linearTaps(inputSize: number, outputSize: number, position: (o: number) => number): TapTable {
  const rows: { first: number; weights: number[] }[] = []
  for (let o = 0; o < outputSize; o++) {
    const source = Math.fround(position(o))
    const low = Math.min(Math.floor(source), inputSize - 1)
    const weight = low + 1 < inputSize ? source - low : 0
    rows.push({ first: low, weights: [1 - weight, weight] })
  }
  return tapTable(rows, inputSize)
}

/**
 * Four-tap cubic interpolation (Keys, a = −0.75) at the source position `position(o)`, neighbours past a border being the border's sample. Positions are rounded
 * to 32 bits, as torch holds them.
 */
export function cubicTaps(inputSize: number, outputSize: number, position: (o: number) => number): TapTable {
  const rows: { first: number; weights: number[] }[] = []
  for (let o = 0; o < outputSize; o++) {
    const source = Math.fround(position(o))
    const base = Math.floor(source) - 1
    const first = Math.min(Math.max(base, 0), inputSize - 1)
    const weights: number[] = []
    for (let tap = base; tap < base + 4; tap++) {
      const at = Math.min(Math.max(tap, 0), inputSize - 1) - first
      weights[at] = (weights[at] ?? 0) + torchCubic(Math.abs(source - tap))
    }
    rows.push({ first, weights })
  }
  return tapTable(rows, inputSize)
}

/** Keys' cubic with a = −0.75, for distances in [0, 2]. */
function torchCubic(d: number): number {
  const a = -0.75
  return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((d - 5) * d + 8) * a * d - 4 * a
}

function tapTable(rows: { first: number; weights: number[] }[], inputSize: number): TapTable {
  const widest = rows.reduce((widest, row) => Math.max(widest, row.weights.length), 0)
  const taps = Math.min(inputSize, widest)
  const table: TapTable = { taps, first: new Int32Array(rows.length), weights: new Float64Array(rows.length * taps) }
  rows.forEach((row, o) => {
    const first = Math.min(row.first, inputSize - taps)
    const shift = row.first - first
    table.first[o] = first
    // A weight that would fall past the input's end is 0 (linearTaps at the border), so it may be dropped.
    row.weights.forEach((weight, j) => {
      if (shift + j < taps) table.weights[o * taps + shift + j] = weight
    })
  })
  return table
}
