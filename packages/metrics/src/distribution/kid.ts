import { findRecipe } from '../recipes/find-recipe.ts'
import type { DistanceOptions, DistanceResult } from '../recipes/distance-result.ts'
import type { FeatureMatrix } from '../features/feature-matrix.ts'
import { kernelScore } from './kernel/kernel-score.ts'
import { inceptionFeatures } from '../features/needs.ts'
import { distanceMetric } from './distance-metric.ts'
import { kernelOfRows } from './kernel/kernel-of-rows.ts'
import { kernelRecipe, type KernelRecipe } from './kernel/kernel-recipe.ts'

// Kernel Inception distance: unbiased MMD² of pool3 features. The libraries average it over 100 random subsets of 1,000.
// torch-fidelity seeds the draws and is reproduced draw for draw. The others do not, so that their number changes from run to
// run; reproduced is its expectation, which is the same estimator over all rows.

const SUBSETS = { estimator: 'subsets', subsets: 100, subsetSize: 1000 } as const

const recipes: readonly KernelRecipe[] = [
  kernelRecipe({
    id: 'full',
    summary: 'unbiased MMD² of all rows of both sides, no subsets',
    features: inceptionFeatures('tf1', 'torch'),
  }),
  kernelRecipe({
    id: 'torch-fidelity',
    summary:
      'mean of 100 subsets of 1,000, drawn by numpy RandomState(2020) as the library does; fewer rows are an error',
    features: inceptionFeatures('tf1', 'torch'),
    ...SUBSETS,
    draws: 'randomstate-2020',
  }),
  kernelRecipe({
    id: 'subsets-100x1000',
    summary:
      'mean of 100 subsets of up to 1,000, drawn by numpy RandomState(2020): for more rows than all pairs can be had of',
    features: inceptionFeatures('tf1', 'torch'),
    ...SUBSETS,
    shortfall: 'shrink',
    draws: 'randomstate-2020',
  }),
  kernelRecipe({
    id: 'torchmetrics',
    summary:
      'torchmetrics from 1.8: 100 unseeded subsets of 1,000, in expectation; antialiased resize; fewer rows are an error',
    features: inceptionFeatures('antialias', 'torch'),
    ...SUBSETS,
    draws: 'expectation',
  }),
  kernelRecipe({
    id: 'torchmetrics-1.7',
    summary:
      'torchmetrics before 1.8: 100 unseeded subsets of 1,000, in expectation; TF1-legacy resize; fewer rows are an error',
    features: inceptionFeatures('tf1', 'torch'),
    ...SUBSETS,
    draws: 'expectation',
  }),
  kernelRecipe({
    id: 'clean-fid',
    summary: '100 unseeded subsets of up to 1,000, in expectation; Pillow bicubic resize',
    features: inceptionFeatures('pillow-bicubic', 'torchscript'),
    ...SUBSETS,
    shortfall: 'shrink',
    draws: 'expectation',
  }),
  kernelRecipe({
    id: 'torchmetrics-subsets-100x1000',
    summary: 'torchmetrics from 1.8 with subsets that are drawn, by numpy RandomState(2020), and not their expectation',
    features: inceptionFeatures('antialias', 'torch'),
    ...SUBSETS,
    draws: 'randomstate-2020',
  }),
  kernelRecipe({
    id: 'clean-fid-subsets-100x1000',
    summary: 'clean-fid with subsets that are drawn, by numpy RandomState(2020), and not their expectation',
    features: inceptionFeatures('pillow-bicubic', 'torchscript'),
    ...SUBSETS,
    shortfall: 'shrink',
    draws: 'randomstate-2020',
  }),
  kernelRecipe({
    id: 'stylegan2-ada',
    summary: '100 unseeded subsets of up to 1,000, in expectation; TF1-legacy resize',
    features: inceptionFeatures('tf1', 'torchscript'),
    ...SUBSETS,
    shortfall: 'shrink',
    draws: 'expectation',
  }),
  kernelRecipe({
    id: 'stylegan-v',
    summary: '100 unseeded subsets of up to 1,000, in expectation, times 1,000',
    features: inceptionFeatures('tf1', 'torchscript'),
    ...SUBSETS,
    shortfall: 'shrink',
    draws: 'expectation',
    scale: 1000,
  }),
  kernelRecipe({
    id: 'mmd-gan',
    summary: 'the KID paper’s code: 50 unseeded subsets of 1,000, in expectation; fewer rows are an error',
    features: inceptionFeatures('tf1', 'torch'),
    ...SUBSETS,
    subsets: 50,
    draws: 'expectation',
  }),
]

export const kidSpec = distanceMetric<KernelRecipe>(
  {
    id: 'kid',
    title: 'Kernel Inception distance (KID)',
    label: { short: 'KID', long: 'Kernel inception distance', decimals: 4 },
    range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    version: 1,
    sees: "Whether single frames look, as a set, like frames of the reference, without FID's bias by their number.",
    misses: 'Motion, the order of frames, and which clip a frame belongs to.',
    defaultRecipe: 'full',
    recipes,
    matches: 'the expectation of mbinkowski/MMD-GAN compute_scores.py, torch-fidelity and torchmetrics before 1.8',
    cite: 'Bińkowski et al., Demystifying MMD GANs, ICLR 2018',
  },
  kernelOfRows,
)

/**
 * KID of two sets of frames' features. Unbiased: about 0, of either sign, for two samples of one distribution.
 *
 * @param generated `[rows, 2048]` one row a frame
 * @param reference the same
 * @throws KinemetricError `unknown-recipe`, `too-few`, `shape-mismatch`, `not-finite`
 */
export async function kid(
  generated: FeatureMatrix,
  reference: FeatureMatrix,
  recipe?: string,
  options: DistanceOptions = {},
): Promise<DistanceResult> {
  return kernelScore(kidSpec.id, findRecipe(kidSpec, recipe), generated, reference, options)
}
