/** Where the numbers of a seed begin: one multiplicative scramble of it, never 0. */
export function firstState(seed: number): number {
  return Math.imul((seed ^ 0x9e3779b9) >>> 0, 0x85ebca6b) | 0 || 1
}

/** The state after a state, 32 bits with a sign: xorshift32 (Marsaglia 2003, "Xorshift RNGs", triple 13, 17, 5). Its number in [0, 1) is `(state >>> 0) / 2 ** 32`. */
export function nextState(state: number): number {
  state ^= state << 13
  state ^= state >>> 17
  return state ^ (state << 5)
}

/** Uniform numbers in [0, 1) from a 32-bit seed. Integer arithmetic only, so every machine draws the same scene. */
export function seededGenerator(seed: number): () => number {
  let state = firstState(seed)
  return () => {
    state = nextState(state)
    return (state >>> 0) / 2 ** 32
  }
}
