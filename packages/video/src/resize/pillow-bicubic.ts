import { contiguous } from '../frames/contiguous.ts'
import { frameArray, requireFrames, requireSize, type FrameArray } from '../frames/frames.ts'
import { antialiasTaps, cubicKernel, type TapTable } from './tap-table.ts'

/** Pillow keeps 8-bit resampling weights as integers with this many fractional bits: 32 − 8 − 2 for sign and overshoot. */
const precisionBits = 22
const half = 1 << (precisionBits - 1)

/**
 * Pillow's `resize(…, BICUBIC)` on uint8 images, byte for byte: antialiased cubic convolution (a = −0.5) with 22-bit
 * integer weights, a horizontal pass rounded to uint8, then a vertical pass rounded to uint8; an axis that keeps its
 * size is left untouched. Source: Pillow src/libImaging/Resample.c.
 * @param frames `[T, H, W, 3]`
 * @returns `[T, height, width, 3]`, contiguous
 * @throws KinemetricError `bad-size` for other shapes or sizes below 1.
 */
export function pillowBicubic(frames: FrameArray, height: number, width: number): FrameArray {
  return pillowBicubicWindow(frames, height, width, { top: 0, left: 0, height, width })
}

/**
 * The `window` of what `pillowBicubic(frames, height, width)` gives, computing no more than that window needs.
 * @param window in pixels of the resized frame; must lie inside it
 */
export function pillowBicubicWindow(
  frames: FrameArray,
  height: number,
  width: number,
  window: { top: number; left: number; height: number; width: number },
): FrameArray {
  requireFrames(frames, 'pillowBicubic')
  requireSize(height, width, 'pillowBicubic')
  const [count, inputHeight, inputWidth] = frames.shape
  const input = contiguous(frames).data
  const columns = integerTaps(inputWidth, width, window.left, window.width)
  const rows = integerTaps(inputHeight, height, window.top, window.height)
  const firstRow = rows.first[0]
  const rowsNeeded = rows.first[window.height - 1] + rows.reach - firstRow
  const output = new Uint8ClampedArray(count * window.height * window.width * 3)
  // Rows past the needed ones stay 0: the vertical pass reads them with weight 0.
  const between = new Uint8ClampedArray((rowsNeeded + rows.taps) * window.width * 3)
  for (let t = 0; t < count; t++) {
    const start = (t * inputHeight + firstRow) * inputWidth * 3
    horizontalPass(input.subarray(start, start + rowsNeeded * inputWidth * 3), inputWidth, between, columns)
    const at = t * window.height * window.width * 3
    verticalPass(between, firstRow, output.subarray(at, at + window.height * window.width * 3), rows)
  }
  return frameArray(new Uint8Array(output.buffer), count, window.height, window.width)
}

/** Taps in groups of four, which the inner loops unroll: `taps` is a multiple of 4, its first `reach` may be nonzero. */
interface IntegerTaps {
  taps: number
  reach: number
  first: Int32Array
  weights: Int32Array
}

/** Taps of outputs `start` … `start + count − 1`, rounded half away from zero to integers as Pillow rounds them. */
function integerTaps(inputSize: number, outputSize: number, start: number, count: number): IntegerTaps {
  // Pillow skips a pass that would not change the size; with one tap of weight 1 the pass is that identity.
  const table = inputSize === outputSize ? identityTaps(inputSize) : antialiasTaps(inputSize, outputSize, cubicKernel)
  const taps = Math.ceil(table.taps / 4) * 4
  const weights = new Int32Array(count * taps)
  for (let o = 0; o < count; o++) {
    for (let j = 0; j < table.taps; j++) {
      const scaled = table.weights[(start + o) * table.taps + j] * (1 << precisionBits)
      weights[o * taps + j] = Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
    }
  }
  return { taps, reach: table.taps, first: table.first.slice(start, start + count), weights }
}

function identityTaps(size: number): TapTable {
  return { taps: 1, first: Int32Array.from({ length: size }, (_, i) => i), weights: new Float64Array(size).fill(1) }
}

/** Each row of `input` resized. */
function horizontalPass(input: Uint8Array, inputWidth: number, target: Uint8ClampedArray, columns: IntegerTaps): void {
  // A copy of the row with room after it, where taps of weight 0 may reach.
  const row = new Uint8Array((inputWidth + columns.taps) * 3)
  let at = 0
  for (let from = 0; from < input.length; from += inputWidth * 3) {
    row.set(input.subarray(from, from + inputWidth * 3))
    resizeRow(row, target, at, columns)
    at += columns.first.length * 3
  }
}

/** One row. Storing into the clamped target clips to [0, 255] as Pillow's table does. */
function resizeRow(row: Uint8Array, target: Uint8ClampedArray, start: number, columns: IntegerTaps): void {
  const { taps, first, weights } = columns
  const width = first.length
  let at = start
  let j = 0
  for (let x = 0; x < width; x++) {
    let red = half
    let green = half
    let blue = half
    let i = first[x] * 3
    for (const end = j + taps; j < end; j += 4) {
      const w0 = weights[j]
      const w1 = weights[j + 1]
      const w2 = weights[j + 2]
      const w3 = weights[j + 3]
      const redLow = Math.imul(row[i], w0) + Math.imul(row[i + 3], w1)
      red = (red + redLow + Math.imul(row[i + 6], w2) + Math.imul(row[i + 9], w3)) | 0
      const greenLow = Math.imul(row[i + 1], w0) + Math.imul(row[i + 4], w1)
      green = (green + greenLow + Math.imul(row[i + 7], w2) + Math.imul(row[i + 10], w3)) | 0
      const blueLow = Math.imul(row[i + 2], w0) + Math.imul(row[i + 5], w1)
      blue = (blue + blueLow + Math.imul(row[i + 8], w2) + Math.imul(row[i + 11], w3)) | 0
      i += 12
    }
    target[at] = red >> precisionBits
    target[at + 1] = green >> precisionBits
    target[at + 2] = blue >> precisionBits
    at += 3
  }
}

/** Columns of `input`, whose first row is row `firstRow` of the frame, resized. */
function verticalPass(input: Uint8ClampedArray, firstRow: number, target: Uint8ClampedArray, rows: IntegerTaps): void {
  const { taps, first, weights } = rows
  const rowLength = target.length / first.length
  const sums = new Int32Array(rowLength)
  for (let y = 0; y < first.length; y++) {
    sums.fill(half)
    for (let j = 0; j < taps; j += 4) {
      const from = (first[y] - firstRow + j) * rowLength
      const four = weights.subarray(y * taps + j, y * taps + j + 4)
      if (j + 4 < taps) addRows(sums, input, from, four)
      else storeRows(target.subarray(y * rowLength, (y + 1) * rowLength), sums, input, from, four)
    }
  }
}

/** Adds four weighted rows of `input`, the first at `r0`. */
function addRows(sums: Int32Array, input: Uint8ClampedArray, r0: number, [w0, w1, w2, w3]: Int32Array): void {
  const r1 = r0 + sums.length
  const r2 = r1 + sums.length
  const r3 = r2 + sums.length
  for (let i = 0; i < sums.length; i++) {
    const upper = Math.imul(input[r0 + i], w0) + Math.imul(input[r1 + i], w1)
    const lower = Math.imul(input[r2 + i], w2) + Math.imul(input[r3 + i], w3)
    sums[i] = (sums[i] + upper + lower) | 0
  }
}

/** The last four rows: adds them to the sums and stores the rounded pixels. */
function storeRows(
  target: Uint8ClampedArray,
  sums: Int32Array,
  input: Uint8ClampedArray,
  r0: number,
  [w0, w1, w2, w3]: Int32Array,
): void {
  const r1 = r0 + sums.length
  const r2 = r1 + sums.length
  const r3 = r2 + sums.length
  for (let i = 0; i < sums.length; i++) {
    const upper = Math.imul(input[r0 + i], w0) + Math.imul(input[r1 + i], w1)
    const lower = Math.imul(input[r2 + i], w2) + Math.imul(input[r3 + i], w3)
    target[i] = ((sums[i] + upper + lower) | 0) >> precisionBits
  }
}
