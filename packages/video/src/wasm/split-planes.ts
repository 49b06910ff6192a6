import { instantiate, type Kernel, memoryOf } from './instantiate.ts'
import { assembleModule, type Code, doWhile, f64, i32, v128 } from './wasm-assembler.ts'

/** Pixels at a time. */
const block = 16

let kernel: Kernel | undefined

/**
 * The three planes of packed RGB as WebAssembly SIMD, sixteen pixels at a time: what swscale does in plain C.
 * @param rgb three bytes a pixel
 * @returns red, green and blue, a byte a pixel, in memory that the next call writes over
 */
export function splitPlanes(rgb: Uint8Array): [red: Uint8Array, green: Uint8Array, blue: Uint8Array] {
  kernel ??= instantiate(splitModule())
  const pixels = rgb.length / 3
  // Blocks may reach behind the last pixel.
  const plane = pixels + block
  const inputAt = 3 * plane
  const memory = memoryOf(kernel, inputAt + rgb.length + 3 * block)
  memory.set(rgb, inputAt)
  kernel.run(inputAt, 0, plane, 2 * plane, pixels)
  const of = (index: number) => memory.subarray(index * plane, index * plane + pixels)
  return [of(0), of(1), of(2)]
}

/** `run(input, red, green, blue, pixels)`: red begins at 0. */
function splitModule(): Uint8Array<ArrayBuffer> {
  return assembleModule(5, (scope) => {
    const [input, red, green, blue, pixels] = scope.parameters
    const thirds = [scope.vector(), scope.vector(), scope.vector()]
    const step = [
      ...thirds.flatMap((third, index) => third.set(v128.load(input.get, block * index))),
      ...[red, green, blue].flatMap((plane, channel) => [
        ...v128.store(
          plane.get,
          channelOf(
            thirds.map(({ get }) => get),
            channel,
          ),
        ),
        ...plane.set(i32.add(plane.get, i32.constant(block))),
      ]),
      ...input.set(i32.add(input.get, i32.constant(3 * block))),
    ]
    return [...doWhile(step, i32.lessThan(red.get, pixels.get)), ...f64.constant(0)]
  })
}

/** One byte a pixel of the 48 bytes that sixteen pixels are. */
function channelOf([first, second, last]: readonly Code[], channel: number): Code {
  const places = Array.from({ length: block }, (_, pixel) => 3 * pixel + channel)
  const two = v128.shuffle(
    first,
    second,
    places.map((place) => (place < 2 * block ? place : 0)),
  )
  return v128.shuffle(
    two,
    last,
    places.map((place, pixel) => (place < 2 * block ? pixel : place - block)),
  )
}
