import { instantiate, type Kernel, memoryOf } from '../../wasm/instantiate.ts'
import { assembleModule, type Code, doWhile, f64, i16x8, i32, i32x4, i8x16, v128 } from '../../wasm/wasm-assembler.ts'
import { half, type IntegerTaps, precisionBits } from './integer-taps.ts'

// The two passes of Pillow's bicubic as WebAssembly SIMD, with the integer arithmetic of the plain ones: a pixel's three channels, or eight bytes of a row, at a
// time. About six times as fast as the plain loops.

/** Taps are unrolled; reducing by more than eight is left to the plain loops. */
const mostTaps = 32

interface Passes {
  inputWidth: number
  rowsNeeded: number
  firstRow: number
  columns: IntegerTaps
  rows: IntegerTaps
}

/**
 * Both passes for frames of one size.
 * @returns a function of the rows that are needed, `[rowsNeeded, inputWidth, 3]`, and of where the result goes; undefined for so many taps that the plain loops
 * do it
 */
export function bicubicKernels({
  inputWidth,
  rowsNeeded,
  firstRow,
  columns,
  rows,
}: Passes): ((input: Uint8Array, output: Uint8Array) => void) | undefined {
  if (columns.taps > mostTaps || rows.taps > mostTaps) return undefined
  const width = columns.first.length
  const height = rows.first.length
  const horizontal = kernelOf(horizontalModule, horizontals, columns.taps)
  const vertical = kernelOf(verticalModule, verticals, rows.taps)
  const rowBytes = width * 3
  // Taps of weight 0 may reach behind a row, and stores take a whole vector: room is left behind every part.
  const room = Math.max(columns.taps * 3, 16)
  const columnTable = tableOf(columns, (first) => first * 3)
  const rowTable = tableOf(rows, (first) => (first - firstRow) * rowBytes)
  const inputBytes = rowsNeeded * inputWidth * 3
  const inputAt = aligned(columnTable.byteLength)
  const betweenAt = aligned(inputAt + inputBytes + room)
  const betweenBytes = (rowsNeeded + rows.taps) * rowBytes
  const rowTableAt = aligned(betweenAt + betweenBytes + room)
  const outputAt = aligned(rowTableAt + rowTable.byteLength)
  const across = memoryOf(horizontal, betweenAt + betweenBytes + room)
  const down = memoryOf(vertical, outputAt + height * rowBytes + room)
  across.set(columnTable, 0)
  down.set(rowTable, rowTableAt)
  // What an earlier, larger frame left behind the last row is read with weight 0.
  return (input, output) => {
    across.set(input, inputAt)
    horizontal.run(inputAt, inputWidth * 3, rowsNeeded, betweenAt, width, 0)
    down.set(across.subarray(betweenAt, betweenAt + rowsNeeded * rowBytes), betweenAt)
    vertical.run(betweenAt, rowBytes, height, outputAt, rowTableAt)
    output.set(down.subarray(outputAt, outputAt + height * rowBytes))
  }
}

const horizontals = new Map<number, Kernel>()
const verticals = new Map<number, Kernel>()

function kernelOf(
  moduleOf: (taps: number) => Uint8Array<ArrayBuffer>,
  made: Map<number, Kernel>,
  taps: number,
): Kernel {
  const kernel = made.get(taps) ?? instantiate(moduleOf(taps))
  made.set(taps, kernel)
  return kernel
}

function aligned(at: number): number {
  return Math.ceil(at / 16) * 16
}

/** A row an output: where its first tap is, in bytes, and its weights. */
function tableOf({ taps, first, weights }: IntegerTaps, placeOf: (first: number) => number): Uint8Array {
  const table = new Int32Array(first.length * (1 + taps))
  for (const [o, place] of first.entries()) {
    table[o * (1 + taps)] = placeOf(place)
    table.set(weights.subarray(o * taps, (o + 1) * taps), o * (1 + taps) + 1)
  }
  return new Uint8Array(table.buffer)
}

/** `run(input, input row's bytes, rows, output, width, table)`: every row of pixels resized to `width` pixels. */
function horizontalModule(taps: number): Uint8Array<ArrayBuffer> {
  return assembleModule(6, (scope) => {
    const [input, inputStride, rows, output, width, table] = scope.parameters
    const [entry, left, from] = [scope.integer(), scope.integer(), scope.integer()]
    const sum = scope.vector()
    const tap = (j: number): Code => {
      const pixel = i32x4.extendLowUint16(i16x8.extendLowUint8(v128.load32Zero(from.get, 3 * j)))
      return sum.set(i32x4.add(sum.get, i32x4.multiply(pixel, v128.load32Splat(entry.get, 4 + 4 * j))))
    }
    const column = [
      ...from.set(i32.add(input.get, i32.load(entry.get))),
      ...sum.set(i32x4.splat(i32.constant(half))),
      ...Array.from({ length: taps }, (_, j) => tap(j)).flat(),
      // The fourth byte is the next pixel's, which comes after.
      ...v128.store32(output.get, bytesOf(shifted(sum.get), shifted(sum.get))),
      ...output.set(i32.add(output.get, i32.constant(3))),
      ...entry.set(i32.add(entry.get, i32.constant(4 + 4 * taps))),
      ...left.set(i32.subtract(left.get, i32.constant(1))),
    ]
    const row = [
      ...entry.set(table.get),
      ...left.set(width.get),
      ...doWhile(column, left.get),
      ...input.set(i32.add(input.get, inputStride.get)),
      ...rows.set(i32.subtract(rows.get, i32.constant(1))),
    ]
    return [...doWhile(row, rows.get), ...f64.constant(0)]
  })
}

/** `run(input, row's bytes, rows, output, table)`: `rows` rows, each a sum of rows of `input`. */
function verticalModule(taps: number): Uint8Array<ArrayBuffer> {
  return assembleModule(5, (scope) => {
    const [input, stride, rows, output, table] = scope.parameters
    const [at, end, from] = [scope.integer(), scope.integer(), scope.integer()]
    const [low, high, eight] = [scope.vector(), scope.vector(), scope.vector()]
    const weights = Array.from({ length: taps }, () => scope.vector())
    const sources = Array.from({ length: taps }, () => scope.integer())
    const tap = (j: number): Code => [
      ...eight.set(v128.load8x8Unsigned(i32.add(sources[j].get, at.get))),
      ...low.set(i32x4.add(low.get, i32x4.multiply(i32x4.extendLowUint16(eight.get), weights[j].get))),
      ...high.set(i32x4.add(high.get, i32x4.multiply(i32x4.extendHighUint16(eight.get), weights[j].get))),
    ]
    const step = [
      ...low.set(i32x4.splat(i32.constant(half))),
      ...high.set(i32x4.splat(i32.constant(half))),
      ...weights.flatMap((_, j) => tap(j)),
      // What is written behind the row's end the next row writes over.
      ...v128.store64(i32.add(output.get, at.get), bytesOf(shifted(low.get), shifted(high.get))),
      ...at.set(i32.add(at.get, i32.constant(8))),
    ]
    const row = [
      ...from.set(i32.add(input.get, i32.load(table.get))),
      ...weights.flatMap((weight, j) => weight.set(v128.load32Splat(table.get, 4 + 4 * j))),
      ...sources.flatMap((source) => [...source.set(from.get), ...from.set(i32.add(from.get, stride.get))]),
      ...at.set(i32.constant(0)),
      ...end.set(stride.get),
      ...doWhile(step, i32.lessThan(at.get, end.get)),
      ...output.set(i32.add(output.get, stride.get)),
      ...table.set(i32.add(table.get, i32.constant(4 + 4 * taps))),
      ...rows.set(i32.subtract(rows.get, i32.constant(1))),
    ]
    return [...doWhile(row, rows.get), ...f64.constant(0)]
  })
}

function shifted(sums: Code): Code {
  return i32x4.shiftRight(sums, i32.constant(precisionBits))
}

/** Lanes of both, cut off to bytes. */
function bytesOf(a: Code, b: Code): Code {
  const narrow = i16x8.narrowInt32(a, b)
  return i8x16.narrowInt16(narrow, narrow)
}
