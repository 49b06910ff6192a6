import { antialiasTaps, cubicKernel, type Kernel, type TapTable } from './tap-table.ts'

/** Pillow keeps 8-bit resampling weights as integers with this many fractional bits: 32 − 8 − 2 for sign and overshoot. */
export const precisionBits = 22
/** A half, which every sum begins with: shifting it down then rounds. */
export const half = 1 << (precisionBits - 1)

/** Taps in groups of four, which the inner loops unroll: `taps` is a multiple of 4, its first `reach` may be nonzero. */
export interface IntegerTaps {
  taps: number
  reach: number
  first: Int32Array
  weights: Int32Array
}

/** Taps of outputs `start` … `start + count − 1`, rounded half away from zero to integers as Pillow rounds them. */
export function integerTaps(
  inputSize: number,
  outputSize: number,
  start: number,
  count: number,
  kernel: Kernel = cubicKernel,
): IntegerTaps {
  // Pillow skips a pass that would not change the size; with one tap of weight 1 the pass is that identity.
  const table = inputSize === outputSize ? identityTaps(inputSize) : antialiasTaps(inputSize, outputSize, kernel)
  const taps = Math.ceil(table.taps / 4) * 4
  const weights = new Int32Array(count * taps)
  for (let o = 0; o < count; o++) {
    for (let j = 0; j < table.taps; j++) {
      const scaled = table.weights[(start + o) * table.taps + j] * (1 << precisionBits)
      weights[o * taps + j] = Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
    }
  }
  return { taps, reach: table.taps, first: table.first.slice(start, start + count), weights }
}

function identityTaps(size: number): TapTable {
  return { taps: 1, first: Int32Array.from({ length: size }, (_, i) => i), weights: new Float64Array(size).fill(1) }
}
