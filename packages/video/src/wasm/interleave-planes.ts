import { instantiate, type Kernel, memoryOf } from './instantiate.ts'
import { assembleModule, type Code, doWhile, f64, i32, v128 } from './wasm-assembler.ts'

/** Pixels at a time. */
const block = 16

/** Kernels that nobody uses: each memory reserves gigabytes of addresses, so that not every video gets one of its own. */
const idle: Kernel[] = []
const mostIdle = 4
const largestIdle = 2 ** 26

/** Makes packed RGB of three planes as WebAssembly SIMD, sixteen pixels at a time: what swscale does in plain C. */
export class PlaneInterleaver implements Disposable {
  readonly #kernel: Kernel
  readonly #sizes: { height: number; width: number; stride: number }
  readonly #memory: Uint8Array

  /** @param stride bytes from one row of a plane to the next, at least `width` */
  constructor(height: number, width: number, stride: number) {
    this.#kernel = idle.pop() ?? instantiate(interleaveModule())
    this.#sizes = { height, width, stride }
    this.#memory = memoryOf(this.#kernel, this.#outputAt + 3 * width * height + 3 * block)
  }

  /**
   * @param planes red, green and blue, at least `stride · height` bytes each
   * @returns `[height, width, 3]` in memory that the next call writes over, and after `dispose` others do
   */
  interleave(planes: readonly [Uint8Array, Uint8Array, Uint8Array]): Uint8Array {
    const { height, width, stride } = this.#sizes
    const outputAt = this.#outputAt
    for (const [index, plane] of planes.entries())
      this.#memory.set(plane.subarray(0, stride * height), index * this.#plane)
    this.#kernel.run(0, this.#plane, 2 * this.#plane, outputAt, width, height, stride)
    return this.#memory.subarray(outputAt, outputAt + 3 * width * height)
  }

  /** Bytes that a plane takes: blocks may reach behind the last row. */
  get #plane(): number {
    return this.#sizes.stride * this.#sizes.height + block
  }

  get #outputAt(): number {
    return 3 * this.#plane
  }

  [Symbol.dispose](): void {
    if (idle.length < mostIdle && this.#memory.length <= largestIdle) idle.push(this.#kernel)
  }
}

/** `run(red, green, blue, output, width, height, stride)` */
function interleaveModule(): Uint8Array<ArrayBuffer> {
  return assembleModule(7, (scope) => {
    const [red, green, blue, output, width, rows, stride] = scope.parameters
    const [at, to] = [scope.integer(), scope.integer()]
    const [r, g, b] = [scope.vector(), scope.vector(), scope.vector()]
    const pixels = [
      ...r.set(v128.load(i32.add(red.get, at.get))),
      ...g.set(v128.load(i32.add(green.get, at.get))),
      ...b.set(v128.load(i32.add(blue.get, at.get))),
      ...[0, 1, 2].flatMap((third) => v128.store(to.get, packed(r.get, g.get, b.get, third), block * third)),
      ...to.set(i32.add(to.get, i32.constant(3 * block))),
      ...at.set(i32.add(at.get, i32.constant(block))),
    ]
    // What is written behind a row's end the next row writes over.
    const row = [
      ...at.set(i32.constant(0)),
      ...to.set(output.get),
      ...doWhile(pixels, i32.lessThan(at.get, width.get)),
      ...[red, green, blue].flatMap((plane) => plane.set(i32.add(plane.get, stride.get))),
      ...output.set(i32.add(output.get, i32.add(width.get, i32.shiftLeft(width.get, i32.constant(1))))),
      ...rows.set(i32.subtract(rows.get, i32.constant(1))),
    ]
    return [...doWhile(row, rows.get), ...f64.constant(0)]
  })
}

/** The first, second or last sixteen of the 48 bytes that sixteen pixels are. */
function packed(red: Code, green: Code, blue: Code, third: number): Code {
  const lanes = (laneOf: (pixel: number, channel: number, byte: number) => number) =>
    Array.from({ length: block }, (_, byte) => {
      const place = block * third + byte
      return laneOf(Math.floor(place / 3), place % 3, byte)
    })
  const two = v128.shuffle(
    red,
    green,
    lanes((pixel, channel) => (channel === 1 ? block + pixel : pixel)),
  )
  return v128.shuffle(
    two,
    blue,
    lanes((pixel, channel, byte) => (channel === 2 ? block + pixel : byte)),
  )
}
