/**
 * Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011; Random123): a bijection of 128-bit counters for
 * every 64-bit key, so that the numbers of a place are had without those before it.
 * @param key two words
 * @param counter four words, the lowest first
 * @param out gets four words from `at` on
 */
export function philox4x32(key: ArrayLike<number>, counter: ArrayLike<number>, out: Uint32Array, at = 0): void {
  let k0 = key[0] | 0
  let k1 = key[1] | 0
  let x0 = counter[0] | 0
  let x1 = counter[1] | 0
  let x2 = counter[2] | 0
  let x3 = counter[3] | 0
  for (let round = 0; round < 10; round++) {
    const high0 = highProduct(multiplier0, x0)
    const high1 = highProduct(multiplier1, x2)
    const low0 = Math.imul(multiplier0, x0)
    const low1 = Math.imul(multiplier1, x2)
    x0 = high1 ^ x1 ^ k0
    x1 = low1
    x2 = high0 ^ x3 ^ k1
    x3 = low0
    k0 = (k0 + weyl0) | 0
    k1 = (k1 + weyl1) | 0
  }
  out[at] = x0
  out[at + 1] = x1
  out[at + 2] = x2
  out[at + 3] = x3
}

const multiplier0 = 0xd2511f53
const multiplier1 = 0xcd9e8d57
/** The golden ratio and √3 − 1, as 32-bit fractions. */
const weyl0 = 0x9e3779b9
const weyl1 = 0xbb67ae85

/** The upper 32 bits of the product of two unsigned words, by halves: no sum of them passes 2³². */
function highProduct(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) >>> 0
  const carried = (Math.imul(aLow, bHigh) + (middle & 0xffff)) >>> 0
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carried >>> 16)) | 0
}
