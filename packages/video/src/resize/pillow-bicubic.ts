import { contiguous } from '../frames/contiguous.ts'
import { frameArray, requireFrames, requireSize, type FrameArray } from '../frames/frames.ts'
import { bicubicKernels } from './kernels/bicubic-kernels.ts'
import { horizontalPlain, verticalPlain } from './kernels/bicubic-plain.ts'
import { integerTaps, type IntegerTaps } from './kernels/integer-taps.ts'
import { cubicKernel, type Kernel, triangleKernel } from './kernels/tap-table.ts'

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

/** A window in pixels of the resized frame. */
interface Window {
  top: number
  left: number
  height: number
  width: number
}

/**
 * The `window` of what `pillowBicubic(frames, height, width)` gives, computing no more than that window needs.
 * @param window must lie inside the resized frame
 * @param options `plain`: by the plain loops, for the test; `allocate`: where the result's bytes come from; `kernel`: of another of Pillow's filters
 */
export function pillowBicubicWindow(
  frames: FrameArray,
  height: number,
  width: number,
  window: Window,
  {
    plain = false,
    allocate = newBytes,
    kernel = cubicKernel,
  }: { plain?: boolean; allocate?: (bytes: number) => Uint8Array; kernel?: Kernel } = {},
): FrameArray {
  requireFrames(frames, 'pillowBicubic')
  requireSize(height, width, 'pillowBicubic')
  const [count, inputHeight, inputWidth] = frames.shape
  const input = contiguous(frames).data
  const columns = integerTaps(inputWidth, width, window.left, window.width, kernel)
  const rows = integerTaps(inputHeight, height, window.top, window.height, kernel)
  const firstRow = rows.first[0]
  const rowsNeeded = rows.first[window.height - 1] + rows.reach - firstRow
  const size = { inputWidth, rowsNeeded, firstRow, columns, rows }
  const resize = (plain ? undefined : bicubicKernels(size)) ?? plainResize(size)
  const bytes = window.height * window.width * 3
  const output = allocate(count * bytes)
  for (let t = 0; t < count; t++) {
    const start = (t * inputHeight + firstRow) * inputWidth * 3
    resize(input.subarray(start, start + rowsNeeded * inputWidth * 3), output.subarray(t * bytes, (t + 1) * bytes))
  }
  return frameArray(output, count, window.height, window.width)
}

/**
 * Pillow's `resize(…, BILINEAR)` on uint8 images, byte for byte: a triangle as wide as the reduction, with the integer arithmetic and the two rounded passes of
 * `pillowBicubic`; torchvision's `Resize` of PIL images is the same. Source: Pillow src/libImaging/Resample.c, up to Pillow 12 (13 may take the vertical pass
 * first).
 * @param frames `[T, H, W, 3]`
 * @returns `[T, height, width, 3]`, contiguous
 * @throws KinemetricError `bad-size` for other shapes or sizes below 1.
 */
export function pillowBilinear(frames: FrameArray, height: number, width: number): FrameArray {
  const window = { top: 0, left: 0, height, width }
  return pillowBicubicWindow(frames, height, width, window, { kernel: triangleKernel })
}

function newBytes(length: number): Uint8Array {
  return new Uint8Array(length)
}

interface Passes {
  inputWidth: number
  /** Rows of the frame that the window needs, the first of them `firstRow`. */
  rowsNeeded: number
  firstRow: number
  columns: IntegerTaps
  rows: IntegerTaps
}

function plainResize({ inputWidth, rowsNeeded, firstRow, columns, rows }: Passes) {
  const width = columns.first.length
  // Rows past the needed ones stay 0: the vertical pass reads them with weight 0.
  const between = new Uint8ClampedArray((rowsNeeded + rows.taps) * width * 3)
  return (input: Uint8Array, output: Uint8Array): void => {
    horizontalPlain(input, inputWidth, between, columns)
    verticalPlain(between, firstRow, new Uint8ClampedArray(output.buffer, output.byteOffset, output.length), rows)
  }
}
