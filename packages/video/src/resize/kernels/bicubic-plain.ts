import { half, type IntegerTaps, precisionBits } from './integer-taps.ts'

// Both passes in plain words: what the WebAssembly ones are tested against, and what resizes by so much that their code would be long.

/** Each row of `input` resized. */
export function horizontalPlain(
  input: Uint8Array,
  inputWidth: number,
  target: Uint8ClampedArray,
  columns: IntegerTaps,
): void {
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
export function verticalPlain(
  input: Uint8ClampedArray,
  firstRow: number,
  target: Uint8ClampedArray,
  rows: IntegerTaps,
): void {
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
