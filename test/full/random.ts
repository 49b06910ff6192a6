import { createHash } from 'node:crypto'

/** Numbers in [0, 1) that the text decides (mulberry32, seeded by its sha256): every input and every kill can be made again. */
export type Random = () => number

export function randomOf(text: string): Random {
  let state = createHash('sha256').update(text).digest().readUInt32LE(0)
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A whole number from 0, below `count`. */
export function below(random: Random, count: number): number {
  return Math.floor(random() * count)
}

export function pick<T>(random: Random, choices: ArrayLike<T>): T {
  return choices[below(random, choices.length)]
}
