import { philox4x32 } from './philox.ts'

/** A stream of numbers: two words are the generator's key, two the upper half of its counter. */
export type StreamKey = readonly [number, number, number, number]

/**
 * The first numbers of a stream, from N(0, 1). Block i (counter [i, 0, c2, c3]) gives words w0 … w3 and the numbers 4i … 4i + 3 by Box and Muller
 * (Annals of Mathematical Statistics 29, 1958) in float64, rounded to float32: with u = (w0 + 1) / 2³² in (0, 1] and v = w1 / 2³² they are
 * r cos 2πv and r sin 2πv, r = √(−2 ln u), and the same of w2 and w3.
 */
export function normalNumbers([k0, k1, c2, c3]: StreamKey, count: number): Float32Array {
  const numbers = new Float32Array(count)
  const key = Uint32Array.of(k0, k1)
  const counter = Uint32Array.of(0, 0, c2, c3)
  const words = new Uint32Array(4)
  for (let at = 0; at < count; counter[0]++) {
    philox4x32(key, counter, words)
    for (let pair = 0; pair < 4 && at < count; pair += 2) {
      const radius = Math.sqrt(-2 * Math.log((words[pair] + 1) / 2 ** 32))
      const angle = 2 * Math.PI * (words[pair + 1] / 2 ** 32)
      numbers[at++] = radius * Math.cos(angle)
      if (at < count) numbers[at++] = radius * Math.sin(angle)
    }
  }
  return numbers
}
