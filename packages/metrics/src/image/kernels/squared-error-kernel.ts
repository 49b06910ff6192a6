import { instantiate, type Kernel } from '@kinemetric/video/instantiate'
import { assembleModule, doWhile, f64, f64x2, i16x8, i32, i32x4, v128 } from '@kinemetric/video/wasm-assembler'

// Σ(a−b)² of bytes as WebAssembly SIMD: eight differences at a time, squared and added exactly in 32 bits.

/** Bytes of each image a call: 65536 / 8 steps of at most 2·255² stay below 2³¹ in every lane. */
const BLOCK = 65536
const PAGE = 65536

let kernel: Kernel | undefined

/** Σ(a−b)² over two byte arrays of one length; exact, the same as `sumOfSquaredErrorsPlain`. */
export function sumOfSquaredErrors(a: Uint8Array, b: Uint8Array): number {
  kernel ??= open()
  const memory = new Uint8Array(kernel.memory.buffer)
  let sum = 0
  for (let start = 0; start < a.length; start += BLOCK) {
    const length = Math.min(BLOCK, a.length - start)
    memory.set(a.subarray(start, start + length), 0)
    memory.set(b.subarray(start, start + length), BLOCK)
    const whole = Math.ceil(length / 8) * 8
    memory.fill(0, length, whole)
    memory.fill(0, BLOCK + length, BLOCK + whole)
    sum += kernel.run(whole)
  }
  return sum
}

/** The readable form, for the test. */
export function sumOfSquaredErrorsPlain(a: Uint8Array, b: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2
  return sum
}

function open(): Kernel {
  const opened = instantiate(squaredErrorModule())
  opened.memory.grow((2 * BLOCK) / PAGE)
  return opened
}

/** `run(length)`: a at address 0, b at `BLOCK`; length a multiple of 8, at least 8. */
function squaredErrorModule(): Uint8Array<ArrayBuffer> {
  return assembleModule(1, (scope) => {
    const [length] = scope.parameters
    const at = scope.integer()
    const difference = scope.vector()
    const total = scope.vector()
    const step = [
      ...difference.set(i16x8.subtract(v128.load8x8Unsigned(at.get), v128.load8x8Unsigned(at.get, BLOCK))),
      ...total.set(i32x4.add(total.get, i32x4.dotInt16(difference.get, difference.get))),
      ...at.set(i32.add(at.get, i32.constant(8))),
    ]
    const high = v128.shuffle(total.get, total.get, [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7])
    const pairs = f64x2.add(f64x2.convertLowInt32(total.get), f64x2.convertLowInt32(high))
    return [...doWhile(step, i32.lessThan(at.get, length.get)), ...f64.add(f64x2.lane(pairs, 0), f64x2.lane(pairs, 1))]
  })
}
