const number = new Float64Array(1)
const words = new Uint32Array(number.buffer)
const LEAST_EXPONENT = -14
const LARGEST_EXPONENT = 15
const LARGEST = 65504
// Added and taken away again, each leaves a number below 2^(e + 1) at multiples of 2^(e - 10): float16's, ties to even.
const magic = Float64Array.from({ length: 30 }, (_, i) => 1.5 * 2 ** (52 + i + LEAST_EXPONENT - 10))

/** The nearest float16, ties to even; ±Infinity beyond 65,504. (`Math.f16round` is younger than the oldest Node that this runs on.) */
export function roundToHalf(value: number): number {
  const size = Math.abs(value)
  if (!(size < Infinity)) return value
  number[0] = size
  const exponent = Math.max(LEAST_EXPONENT, ((words[1] >>> 20) & 0x7ff) - 1023)
  if (exponent > LARGEST_EXPONENT) return value < 0 ? -Infinity : Infinity
  const step = magic[exponent - LEAST_EXPONENT]
  const rounded = size + step - step
  const half = rounded > LARGEST ? Infinity : rounded
  return value < 0 ? -half : half
}
