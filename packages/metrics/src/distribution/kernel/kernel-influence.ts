import type { KernelSums } from './kernel-distance.ts'

/**
 * First-order influence of each row of the two sides on the unbiased MMD², from the sums of kernel values (Hoeffding's
 * projection): for a generated row 2·(mean k(xᵢ, x) − mean k(xᵢ, y)) less its average over the rows.
 */
export function kernelInfluence(sums: KernelSums, scale = 1): { generated: Float64Array; reference: Float64Array } {
  const m = sums.generated.length
  const n = sums.reference.length
  return {
    generated: projected(sums.generated, m, sums.crossGenerated, n, scale),
    reference: projected(sums.reference, n, sums.crossReference, m, scale),
  }
}

function projected(self: Float64Array, own: number, cross: Float64Array, others: number, scale: number): Float64Array {
  const influence = self.map((sum, i) => 2 * scale * (sum / (own - 1) - cross[i] / others))
  const mean = influence.reduce((sum, value) => sum + value, 0) / own
  return influence.map((value) => value - mean)
}
