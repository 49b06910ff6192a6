import { anyFeatures } from '../../features/of-encoder.ts'
import { distanceMetric } from '../distance-metric.ts'
import { kernelOfRows } from '../kernel/kernel-of-rows.ts'
import { kernelRecipe, type KernelRecipe } from '../kernel/kernel-recipe.ts'

const recipes: readonly KernelRecipe[] = [
  kernelRecipe({
    id: 'full',
    summary: 'of rows that you give; unbiased MMD² of all rows of both sides, kernel (x·y/d+1)³',
    features: anyFeatures,
  }),
  kernelRecipe({
    id: 'subsets',
    summary: 'of rows that you give; mean of 100 subsets of up to 1,000, drawn by numpy RandomState(2020)',
    features: anyFeatures,
    estimator: 'subsets',
    subsets: 100,
    subsetSize: 1000,
    shortfall: 'shrink',
    draws: 'randomstate-2020',
    chooseSubsets: true,
  }),
]

/** Unbiased MMD² of rows of an encoder of one’s own. */
export const kdSpec = distanceMetric<KernelRecipe>(
  {
    id: 'kd',
    title: 'Kernel distance of given features (KD)',
    label: { short: 'KD', long: 'Kernel distance of given features', decimals: 4 },
    range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    version: 1,
    sees: 'Whether the rows of both sides have one distribution up to third moments, without a bias by their number.',
    misses: 'What the encoder does not see.',
    defaultRecipe: 'full',
    recipes,
    matches: 'the distance of torch-fidelity and dgm-eval, and its expectation (full)',
    cite: 'Bińkowski et al., Demystifying MMD GANs, ICLR 2018',
  },
  { ...kernelOfRows, anyFeatures: true, onlyNamed: true },
)
