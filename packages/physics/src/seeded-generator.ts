/**
 * Uniform numbers in [0, 1) from a 32-bit seed: xorshift32 (Marsaglia 2003, "Xorshift RNGs", triple 13, 17, 5)
 * after one multiplicative scramble of the seed. Integer arithmetic only, so every machine draws the same scene.
 */
export function seededGenerator(seed: number): () => number {
  let state = Math.imul((seed ^ 0x9e3779b9) >>> 0, 0x85ebca6b) >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 2 ** 32
  }
}
