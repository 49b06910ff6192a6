/**
 * The time embedding of a clip of another length than it was made for: interpolated linearly along time with half-pixel
 * positions, as torch's `interpolate(mode='linear')` has it.
 *
 * @param embedding `[from, width]` row-major
 * @returns `[to, width]`; the same array when the lengths agree
 */
export function timeEmbedding(embedding: Float32Array, width: number, to: number): Float32Array {
  const from = embedding.length / width
  if (from === to) return embedding
  const result = new Float32Array(to * width)
  for (let o = 0; o < to; o++) {
    const source = Math.max(0, ((o + 0.5) * from) / to - 0.5)
    const low = Math.min(Math.floor(source), from - 1)
    const high = Math.min(low + 1, from - 1)
    const weight = source - low
    for (let j = 0; j < width; j++) {
      result[o * width + j] = (1 - weight) * embedding[low * width + j] + weight * embedding[high * width + j]
    }
  }
  return result
}
