/** Two linear layers with nothing between them as one. */
export interface FoldedLayers {
  /** `[out, in]` */
  readonly weight: Float32Array
  /** `[out]` */
  readonly bias: Float32Array
}

/**
 * W₂ (W₁ x + b₁) + b₂ = (W₂ W₁) x + (W₂ b₁ + b₂), computed in 64 bits.
 * @param first W₁ `[middle, in]`, b₁ `[middle]`
 * @param second W₂ `[out, middle]`, b₂ `[out]`
 */
export function foldLayers(first: FoldedLayers, second: FoldedLayers): FoldedLayers {
  const [middle, out] = [first.bias.length, second.bias.length]
  const inner = first.weight.length / middle
  const weight = new Float32Array(out * inner)
  const bias = new Float32Array(out)
  const row = new Float64Array(inner)
  for (let o = 0; o < out; o++) {
    row.fill(0)
    let sum = second.bias[o]
    for (let m = 0; m < middle; m++) {
      const factor = second.weight[o * middle + m]
      sum += factor * first.bias[m]
      for (let i = 0; i < inner; i++) row[i] += factor * first.weight[m * inner + i]
    }
    weight.set(row, o * inner)
    bias[o] = sum
  }
  return { weight, bias }
}
