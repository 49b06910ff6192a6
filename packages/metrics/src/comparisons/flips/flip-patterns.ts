import { seededRandom } from '../../intervals/seeded-random.ts'

/** Random choices of which units' differences change their sign; the same for all pairs and metrics over the same units. */
export interface FlipPatterns {
  readonly units: number
  readonly draws: number
  readonly seed: number
  /** `[⌈units / 8⌉][draws]` one byte of each draw: unit g is flipped where bit g mod 8 of byte ⌊g / 8⌋ is 1. */
  readonly bytes: readonly Uint8Array[]
}

/**
 * Draws patterns: each takes ⌈units / 32⌉ words of PCG32; unit g is flipped where bit g mod 32 (least significant first) of word ⌊g / 32⌋ is 1.
 *
 * @param units how many there are, in the order of their ids
 * @param seed a whole number of [0, 2⁵³)
 */
export function flipPatterns(units: number, draws: number, seed: number): FlipPatterns {
  const random = seededRandom(seed)
  const words = Math.ceil(units / 32)
  const bytes = Array.from({ length: Math.ceil(units / 8) }, () => new Uint8Array(draws))
  for (let draw = 0; draw < draws; draw++) {
    for (let w = 0; w < words; w++) {
      const word = Math.trunc(random.next() * 2 ** 32) >>> 0
      for (let b = 0; b < 4 && 4 * w + b < bytes.length; b++) bytes[4 * w + b][draw] = (word >>> (8 * b)) & 0xff
    }
  }
  return { units, draws, seed, bytes }
}

/** The units that a draw flips, ascending. */
export function flippedUnits({ units, bytes }: FlipPatterns, draw: number): number[] {
  return Array.from({ length: units }, (_, unit) => unit).filter(
    (unit) => ((bytes[unit >> 3][draw] >> (unit & 7)) & 1) === 1,
  )
}
