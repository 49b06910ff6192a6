import { type FeatureRows, pickRows } from '../../features/feature-rows.ts'
import type { RowInfluences } from '../../spec/distance.ts'
import { type KernelOptions, kernelSums, mmdOfSums, type SubsetDraw } from './kernel-distance.ts'
import { kernelInfluence } from './kernel-influence.ts'

/** What drawn subsets say. */
export interface DrawnSubsets {
  /** `[subsets]` MMD² of each. */
  values: Float64Array
  /** Influences of all rows on the mean of these. */
  influences: RowInfluences
}

/**
 * MMD² of subsets and the first-order influence of each row on their mean, with the draws as they are: a row has it from the subsets that it was drawn for,
 * and a row that was never drawn has none. With S subsets of k of N rows
 *
 *   ψᵢ = N/(S·k) · Σ over the subsets that hold i of its influence there
 *
 * The error that the units' sums give is that of the drawn estimator: it holds what the draw of subsets adds, which the error of all pairs does not.
 * An incomplete U-statistic (Blom 1976; Lee, U-Statistics, 1990, chapter 4.3) and its infinitesimal jackknife.
 */
export async function drawnSubsets(
  generated: FeatureRows,
  reference: FeatureRows,
  subsets: number,
  size: number,
  draw: SubsetDraw,
  options: KernelOptions = {},
): Promise<DrawnSubsets> {
  const values = new Float64Array(subsets)
  const psi = new Float64Array(generated.rows)
  const psiReference = new Float64Array(reference.rows)
  const shares = [generated.rows / (subsets * size), reference.rows / (subsets * size)]
  for (let s = 0; s < subsets; s++) {
    options.signal?.throwIfAborted()
    const x = draw(generated.rows, size)
    const y = draw(reference.rows, size)
    const sums = await kernelSums(await pickRows(generated, x), await pickRows(reference, y), { where: options.where })
    values[s] = mmdOfSums(sums)
    const own = kernelInfluence(sums)
    for (let i = 0; i < size; i++) {
      psi[x[i]] += shares[0] * own.generated[i]
      psiReference[y[i]] += shares[1] * own.reference[i]
    }
    options.onProgress?.((s + 1) / subsets)
  }
  return { values, influences: { generated: psi, reference: psiReference, of: 'drawn-subsets' } }
}
