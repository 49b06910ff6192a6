import { contiguous } from './contiguous.ts'
import { frameArray, requireFrames, requireSize, type FrameArray } from './frames.ts'
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
 * Throws VideoError `bad-size` for other shapes or sizes below 1.
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
  const rowsNeeded = rows.first[window.height - 1] + rows.taps - firstRow
  const output = new Uint8Array(count * window.height * window.width * 3)
  const between = new Uint8ClampedArray(rowsNeeded * window.width * 3)
  const clamped = new Uint8ClampedArray(output.buffer)
  for (let t = 0; t < count; t++) {
    const frame = input.subarray((t * inputHeight + firstRow) * inputWidth * 3, (t + 1) * inputHeight * inputWidth * 3)
    horizontalPass(frame, inputWidth, between, rowsNeeded, window.width, columns)
    const at = t * window.height * window.width * 3
    verticalPass(between, firstRow, clamped.subarray(at, at + window.height * window.width * 3), window, rows)
  }
  return frameArray(output, count, window.height, window.width)
}

interface IntegerTaps {
  taps: number
  first: Int32Array
  weights: Int32Array
}

/** Taps of outputs `start` … `start + count − 1`, rounded half away from zero to integers as Pillow rounds them. */
function integerTaps(inputSize: number, outputSize: number, start: number, count: number): IntegerTaps {
  // Pillow skips a pass that would not change the size; with one tap of weight 1 the pass is that identity.
  const table = inputSize === outputSize ? identityTaps(inputSize) : antialiasTaps(inputSize, outputSize, cubicKernel)
  const weights = new Int32Array(count * table.taps)
  for (let i = 0; i < weights.length; i++) {
    const scaled = table.weights[start * table.taps + i] * (1 << precisionBits)
    weights[i] = Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
  }
  return { taps: table.taps, first: table.first.slice(start, start + count), weights }
}

function identityTaps(size: number): TapTable {
  return { taps: 1, first: Int32Array.from({ length: size }, (_, i) => i), weights: new Float64Array(size).fill(1) }
}

/** Each of `rowCount` rows of `input` resized to `width` pixels. The clamped target clips to [0, 255] as Pillow's table does. */
function horizontalPass(
  input: Uint8Array,
  inputWidth: number,
  target: Uint8ClampedArray,
  rowCount: number,
  width: number,
  columns: IntegerTaps,
): void {
  const { taps, first, weights } = columns
  let at = 0
  for (let y = 0; y < rowCount; y++) {
    const row = y * inputWidth * 3
    for (let x = 0; x < width; x++) {
      let red = half
      let green = half
      let blue = half
      let from = row + first[x] * 3
      const end = (x + 1) * taps
      for (let j = x * taps; j < end; j++) {
        const weight = weights[j]
        red = (red + Math.imul(input[from], weight)) | 0
        green = (green + Math.imul(input[from + 1], weight)) | 0
        blue = (blue + Math.imul(input[from + 2], weight)) | 0
        from += 3
      }
      target[at] = red >> precisionBits
      target[at + 1] = green >> precisionBits
      target[at + 2] = blue >> precisionBits
      at += 3
    }
  }
}

/** Columns of `input`, whose first row is row `firstRow` of the frame, resized to the window's height. */
function verticalPass(
  input: Uint8ClampedArray,
  firstRow: number,
  target: Uint8ClampedArray,
  window: { height: number; width: number },
  rows: IntegerTaps,
): void {
  const { taps, first, weights } = rows
  const rowLength = window.width * 3
  // Whole rows are accumulated one tap at a time: memory is read in order, which is twice as fast as tap by tap.
  const sums = new Int32Array(rowLength)
  for (let y = 0; y < window.height; y++) {
    sums.fill(half)
    for (let j = 0; j < taps; j++) {
      const weight = weights[y * taps + j]
      if (weight === 0) continue
      const from = (first[y] - firstRow + j) * rowLength
      for (let i = 0; i < rowLength; i++) sums[i] = (sums[i] + Math.imul(input[from + i], weight)) | 0
    }
    const at = y * rowLength
    for (let i = 0; i < rowLength; i++) target[at + i] = sums[i] >> precisionBits
  }
}
