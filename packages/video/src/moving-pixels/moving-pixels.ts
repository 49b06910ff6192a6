import { instantiate, isRunnable, type Kernel, memoryOf } from '../wasm/instantiate.ts'
import { BLOCK, blurRowsModule, compareModule, extremeModule, greyModule } from './kernels.ts'
import { mirrored, MovingPixelsPlain } from './plain.ts'

/** Rows above and below a plane, and the columns to the left of its first pixel. */
const ROWS_AROUND = 4
const LEFT = 16
/** Rows that are compared at once. */
const STRIPE = 16

/** Rows from `first` up to before `end`. */
interface Rows {
  first: number
  end: number
}

/**
 * Where a video moves, frame by frame, as the Physics-IQ benchmark finds it (see `plain`): WebAssembly SIMD, of the same masks bit by bit.
 * `next` takes the frames in their order.
 */
export class MovingPixels {
  readonly #next: (rgb: Uint8Array) => Uint8Array

  constructor(height: number, width: number) {
    const kernels = Kernels.make(height, width)
    if (kernels === undefined) {
      const plain = new MovingPixelsPlain(height, width)
      this.#next = (rgb) => plain.next(rgb)
    } else this.#next = (rgb) => kernels.next(rgb)
  }

  /**
   * @param rgb `[height, width, 3]` sRGB
   * @returns `[height, width]`, 255 where it moves and 0 elsewhere; nothing moves in the first frame. It holds until the next frame comes
   */
  next(rgb: Uint8Array): Uint8Array {
    return this.#next(rgb)
  }
}

/** Bytes of modules, made once. */
let modules: Uint8Array<ArrayBuffer>[] | undefined

class Kernels {
  readonly #height: number
  readonly #width: number
  /** Bytes from one row of a plane to the next. */
  readonly #stride: number
  readonly #memory: Uint8Array
  readonly #kernels: Kernel[]
  readonly #at: { rgb: number; sums: number; average: number; planes: number[] }
  readonly #mask: Uint8Array
  #isFirst = true

  static make(height: number, width: number): Kernels | undefined {
    modules ??= [
      greyModule(),
      blurRowsModule(),
      compareModule(),
      extremeModule('smallest', 5),
      extremeModule('largest', 9),
    ]
    return modules.every(isRunnable) ? new Kernels(height, width, modules) : undefined
  }

  private constructor(height: number, width: number, [first, ...others]: readonly Uint8Array<ArrayBuffer>[]) {
    this.#height = height
    this.#width = width
    const stride = LEFT + Math.ceil(width / BLOCK) * BLOCK + BLOCK
    this.#stride = stride
    this.#mask = new Uint8Array(height * width)
    const plane = (height + 2 * ROWS_AROUND) * stride
    const kernel = instantiate(first)
    this.#kernels = [kernel, ...others.map((bytes) => instantiate(bytes, kernel.memory))]
    // Grey, blurred, and the six steps of cleaning.
    const planes = Array.from({ length: 9 }, (_, k) => k * plane)
    const sums = 9 * plane
    const average = sums + 2 * plane
    const rgb = average + 8 * plane
    this.#at = { rgb, sums, average, planes }
    this.#memory = memoryOf(kernel, rgb + 3 * height * width + 3 * BLOCK)
    // What lies outside counts for nothing: white where the smallest is taken, black where the largest is.
    for (const k of [2, 3, 6, 7]) this.#memory.fill(255, planes[k], planes[k] + plane)
  }

  next(rgb: Uint8Array): Uint8Array {
    const [height, width, stride, memory] = [this.#height, this.#width, this.#stride, this.#memory]
    const { sums, planes } = this.#at
    const [grey, blurRows] = this.#kernels
    const start = ROWS_AROUND * stride + LEFT
    const [greyAt, blurredAt] = planes.map((plane) => plane + start)
    memory.set(rgb, this.#at.rgb)
    grey.run(this.#at.rgb, greyAt, width, height, stride)
    this.#mirrorColumns(greyAt)
    blurRows.run(greyAt - 2, sums + 2 * start, width, height, stride)
    this.#mirrorRows(sums)
    const rows = this.#compare()
    const mask = this.#mask.fill(0)
    if (this.#isFirst) this.#beginAverage(blurredAt)
    else if (rows !== undefined) {
      const cleaned = this.#clean(rows)
      // A hole is closed up to the border, which is two rows away at most.
      for (let y = Math.max(0, rows.first - 2); y < Math.min(height, rows.end + 2); y++)
        mask.set(memory.subarray(cleaned + y * stride, cleaned + y * stride + width), y * width)
    }
    return mask
  }

  /** @returns the rows in which anything moves, in stripes */
  #compare(): Rows | undefined {
    const [height, width, stride] = [this.#height, this.#width, this.#stride]
    const { sums, average, planes } = this.#at
    const [, , compare] = this.#kernels
    let rows: Rows | undefined
    for (let y = 0; y < height; y += STRIPE) {
      const from = (y + ROWS_AROUND) * stride + LEFT
      const count = Math.min(STRIPE, height - y)
      const sumsAt = sums + 2 * from - 4 * stride
      const moves = compare.run(sumsAt, planes[1] + from, average + 8 * from, planes[2] + from, width, count, stride)
      if (moves !== 0) rows = { first: rows?.first ?? y, end: y + count }
    }
    return rows
  }

  /** Opened, then closed. The two dilations that follow each other are one of 9×9. @returns where it stands */
  #clean({ first, end }: Rows): number {
    const [width, stride] = [this.#width, this.#stride]
    const [smallest, largest] = this.#kernels.slice(3)
    // What moves reaches eight rows far through the three passes; beyond these rows nothing is looked at.
    const [top, bottom] = [Math.max(0, first - 8), Math.min(this.#height, end + 8)]
    const at = this.#at.planes.map((plane) => plane + (ROWS_AROUND + top) * stride + LEFT)
    const pass = (kernel: Kernel, reach: number, from: number, outside: number) => {
      kernel.run(at[from] - reach * stride, at[from + 1], width, bottom - top, stride, stride)
      this.#fillRight(at[from + 1], bottom - top, outside)
      kernel.run(at[from + 1] - reach, at[from + 2], width, bottom - top, stride, 1)
    }
    pass(smallest, 2, 2, 255)
    pass(largest, 4, 4, 0)
    pass(smallest, 2, 6, 255)
    return at[8] - top * stride
  }

  /** What blocks wrote behind each row's last pixel. */
  #fillRight(at: number, rows: number, value: number): void {
    for (let y = 0, end = at + this.#width; y < rows; y++, end += this.#stride)
      for (let x = 0; x < ROWS_AROUND; x++) this.#memory[end + x] = value
  }

  #mirrorColumns(at: number): void {
    const [width, memory] = [this.#width, this.#memory]
    const outside = [-2, -1, width, width + 1].map((x) => [x, mirrored(x, width)] as const)
    for (let y = 0, row = at; y < this.#height; y++, row += this.#stride)
      for (const [x, from] of outside) memory[row + x] = memory[row + from]
  }

  #mirrorRows(sums: number): void {
    const [height, stride] = [this.#height, this.#stride]
    const rowAt = (y: number) => sums + 2 * stride * (y + ROWS_AROUND)
    for (const y of [-2, -1, height, height + 1]) {
      const from = rowAt(mirrored(y, height))
      this.#memory.copyWithin(rowAt(y), from, from + 2 * stride)
    }
  }

  /** The average begins as the first frame. */
  #beginAverage(blurred: number): void {
    const [height, width, stride] = [this.#height, this.#width, this.#stride]
    const average = new Float64Array(this.#memory.buffer, this.#at.average, (height + 2 * ROWS_AROUND) * stride)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        average[(y + ROWS_AROUND) * stride + LEFT + x] = this.#memory[blurred + y * stride + x]
    this.#isFirst = false
  }
}
