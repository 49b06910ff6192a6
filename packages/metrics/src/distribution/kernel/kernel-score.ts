import { metricError } from '../../recipes/metric-error.ts'
import type { DistanceOptions, DistanceResult } from '../../recipes/distance-result.ts'
import { checkSameDimension } from '../../features/feature-matrix.ts'
import { checkRows, type FeatureRows, rowBlocks } from '../../features/feature-rows.ts'
import { trustFlags } from '../../features/trust-flags.ts'
import { mmdOfSums } from './kernel-distance.ts'
import { takesMinutes } from './kernel-cost.ts'
import { drawnMmds, knownSubsets, knownSums } from './known-sums.ts'
import type { KernelRecipe } from './kernel-recipe.ts'

/** A kernel metric under a recipe. @throws KinemetricError `too-few`, `shape-mismatch`, `not-finite` */
export async function kernelScore(
  metric: string,
  recipe: KernelRecipe,
  generated: FeatureRows,
  reference: FeatureRows,
  options: DistanceOptions = {},
): Promise<DistanceResult> {
  const where = `${metric} (${recipe.id})`
  checkRows(generated, `${where}: generated`, 2)
  checkRows(reference, `${where}: reference`, 2)
  checkSameDimension(generated.dimension, reference.dimension, where)
  const details: Record<string, unknown> = {
    dimension: generated.dimension,
    rows: { generated: generated.rows, reference: reference.rows },
  }
  const warnings: string[] = []
  const kernelOptions = { ...options, where }
  let value: number
  if (recipe.estimator === 'centred') {
    value = mmdOfSums(await knownSums(recipe, generated, reference, kernelOptions))
    warnings.push(
      'both sides were centred first, as the reference code does by accident: a shift between them is invisible',
    )
  } else if (recipe.estimator === 'full') {
    value = mmdOfSums(await knownSums(recipe, generated, reference, kernelOptions))
  } else {
    value = await subsetScore(recipe, generated, reference, kernelOptions, details, warnings)
  }
  if (!Number.isFinite(value)) {
    throw metricError('not-finite', where, {
      expected: 'features within the range of float64',
      found: `a distance of ${value}`,
    })
  }
  const doubt = await lostPrecision(value, generated, reference, recipe.estimator === 'centred')
  if (doubt !== undefined) warnings.push(doubt)
  if (recipe.scale !== 1) warnings.push(`multiplied by ${recipe.scale}, as its reference code prints it`)
  const flags = trustFlags('pairs', generated, reference)
  return { value: value * recipe.scale, n: generated.rows, warnings: [...warnings, ...flags], flags, details }
}

/** Digits of the distance that are asked to be left of float64's sixteen. */
const DIGITS = 3

/**
 * A distance is the difference of means of kernel values: of features far from the origin these are huge and nearly equal, and what is left of them is
 * rounding. @returns what to say of it; undefined where enough digits are left
 */
async function lostPrecision(
  value: number,
  generated: FeatureRows,
  reference: FeatureRows,
  isCentred: boolean,
): Promise<string | undefined> {
  if (isCentred) return undefined
  const size = ((await selfKernel(generated)) + (await selfKernel(reference))) / 2
  const rounding = Number.EPSILON * size
  if (Math.abs(value) >= 10 ** DIGITS * rounding) return undefined
  return `kernel values of about ${size.toExponential(1)} cancel to ${value.toExponential(1)}: rounding alone is about ${rounding.toExponential(0)}, so that fewer than ${DIGITS} digits of this distance mean anything; the features lie far from the origin`
}

/** Mean of k(x, x). */
async function selfKernel(side: FeatureRows): Promise<number> {
  let sum = 0
  for await (const { block } of rowBlocks(side, BLOCK_ROWS)) {
    const { data, rows, dimension } = block
    for (let row = 0; row < rows; row++) {
      let square = 0
      for (let at = row * dimension; at < (row + 1) * dimension; at++) square += data[at] * data[at]
      sum += (square / dimension + 1) ** 3
    }
  }
  return sum / side.rows
}

const BLOCK_ROWS = 2048

/** Mean over subsets: drawn as torch-fidelity draws them, or in expectation. */
async function subsetScore(
  recipe: KernelRecipe,
  generated: FeatureRows,
  reference: FeatureRows,
  options: DistanceOptions & { where: string },
  details: Record<string, unknown>,
  warnings: string[],
): Promise<number> {
  const smallest = Math.min(generated.rows, reference.rows)
  const size = recipe.shortfall === 'shrink' ? Math.min(recipe.subsetSize, smallest) : recipe.subsetSize
  if (size > smallest) {
    throw metricError('too-few', options.where, {
      expected: `at least ${size} rows a side for its subsets`,
      found: `${generated.rows} (generated) and ${reference.rows} (reference)`,
    })
  }
  if (size < recipe.subsetSize)
    warnings.push(`subsets of ${size} rows in place of ${recipe.subsetSize}: no more are there`)
  details.subsets = { count: recipe.subsets, size, draws: recipe.draws }
  if (recipe.draws === 'expectation') {
    // The mean of the estimator over all subsets of a finite set is the same estimator on the whole set: each pair is in as
    // many subsets as any other.
    return mmdOfSums(await knownSums(recipe, generated, reference, options))
  }
  const values = takesMinutes(generated, reference)
    ? (await knownSubsets(recipe, generated, reference, size, options)).values
    : await drawnMmds(recipe, generated, reference, size, options)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  // The spread of subsets depends on their size and does not shrink with the rows: no error of the value.
  details.subsetSd = Math.sqrt(variance) * recipe.scale
  return mean
}
