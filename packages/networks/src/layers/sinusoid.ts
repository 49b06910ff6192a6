/**
 * The sinusoidal embedding of a number, cosines first: [cos(x f₀), …, sin(x f₀), …] with f_k = 10000^(−k/half), half = size/2 (diffusers'
 * `get_timestep_embedding` with `flip_sin_to_cos` and no frequency shift; LDM's `timestep_embedding`).
 * @param x any real number: times may be fractional and negative
 * @param size even
 * @returns `[size]`
 */
export function sinusoid(x: number, size: number): Float32Array {
  const half = size / 2
  const embedding = new Float32Array(size)
  for (let k = 0; k < half; k++) {
    const angle = Math.fround(x) * Math.fround(Math.exp((-Math.log(10000) * k) / half))
    embedding[k] = Math.cos(angle)
    embedding[half + k] = Math.sin(angle)
  }
  return embedding
}
