import { contiguous } from '../frames/contiguous.ts'
import { floatFrameArray, requireFrames, requireSize, type FloatFrameArray, type FrameArray } from '../frames/frames.ts'
import type { TapTable } from './kernels/tap-table.ts'

/**
 * A resize as two passes of weighted sums, columns first, each summed in 64 bits and stored in 32.
 * @param frames `[T, H, W, 3]`
 * @param taps the table of one axis, from input and output size
 * @returns `[T, height, width, 3]`, contiguous, on the input's scale
 */
export function resizeSeparable(
  frames: FrameArray | FloatFrameArray,
  height: number,
  width: number,
  taps: (inputSize: number, outputSize: number) => TapTable,
): FloatFrameArray {
  requireFrames(frames, 'resize')
  requireSize(height, width, 'resize')
  const [count, inputHeight, inputWidth] = frames.shape
  const input = contiguous(frames).data
  const columns = taps(inputWidth, width)
  const rows = taps(inputHeight, height)
  const between = new Float32Array(inputHeight * width * 3)
  const output = new Float32Array(count * height * width * 3)
  for (let t = 0; t < count; t++) {
    const frameStart = t * inputHeight * inputWidth * 3
    resizeColumns(input.subarray(frameStart, frameStart + inputHeight * inputWidth * 3), inputWidth, between, columns)
    resizeRows(between, width * 3, output.subarray(t * height * width * 3, (t + 1) * height * width * 3), rows)
  }
  return floatFrameArray(output, count, height, width)
}

function resizeColumns(
  input: Uint8Array | Float32Array,
  inputWidth: number,
  target: Float32Array,
  table: TapTable,
): void {
  const { taps, first, weights } = table
  const width = first.length
  const rowCount = input.length / (inputWidth * 3)
  for (let y = 0; y < rowCount; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const from = (y * inputWidth + first[x]) * 3 + c
        let sum = 0
        for (let j = 0; j < taps; j++) sum += input[from + 3 * j] * weights[x * taps + j]
        target[(y * width + x) * 3 + c] = sum
      }
    }
  }
}

function resizeRows(input: Float32Array, rowLength: number, target: Float32Array, table: TapTable): void {
  const { taps, first, weights } = table
  for (let y = 0; y < first.length; y++) {
    for (let i = 0; i < rowLength; i++) {
      let sum = 0
      for (let j = 0; j < taps; j++) sum += input[(first[y] + j) * rowLength + i] * weights[y * taps + j]
      target[y * rowLength + i] = sum
    }
  }
}
