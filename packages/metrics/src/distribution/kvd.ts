import { findRecipe } from '../recipes/find-recipe.ts'
import type { DistanceOptions, DistanceResult } from '../recipes/distance-result.ts'
import type { FeatureMatrix } from '../features/feature-matrix.ts'
import { kernelScore } from './kernel/kernel-score.ts'
import { i3dFeatures } from '../features/needs.ts'
import { distanceMetric } from './distance-metric.ts'
import { kernelOfRows } from './kernel/kernel-of-rows.ts'
import { kernelRecipe, type KernelRecipe } from './kernel/kernel-recipe.ts'

// Kernel video distance: KID's estimator on the 400 Kinetics logits of I3D. StyleGAN-V, which the InterDyn paper names, has
// none; DIGAN, LVDM and Seer share one function, over all clips at once. In Seer's copy the covariance function called before
// it has centred the features in place, so that a shift between the two sides no longer counts.

const recipes: readonly KernelRecipe[] = [
  kernelRecipe({
    id: 'full',
    summary: 'unbiased MMD² of all clips, on the features of FVD stylegan-v',
    features: i3dFeatures('i3d-torchscript', 'squash-half-pixel', 1e-3),
  }),
  kernelRecipe({
    id: 'subsets',
    summary:
      'mean of 100 subsets of up to 1,000 clips, drawn by numpy RandomState(2020) (the suites that do so do not seed)',
    features: i3dFeatures('i3d-torchscript', 'squash-half-pixel', 1e-3),
    estimator: 'subsets',
    subsets: 100,
    subsetSize: 1000,
    shortfall: 'shrink',
    draws: 'randomstate-2020',
  }),
  kernelRecipe({
    id: 'digan',
    summary: 'DIGAN: all clips, i3d_pretrained_400 with batch norm epsilon 1e-5, shorter side to 224 and centre crop',
    features: i3dFeatures('i3d-pretrained-400', 'shorter-side-crop', 1e-5),
  }),
  kernelRecipe({
    id: 'lvdm',
    summary: 'LVDM: all clips, i3d_pretrained_400 with batch norm epsilon 1e-5, squashed',
    features: i3dFeatures('i3d-pretrained-400', 'squash-half-pixel', 1e-5),
  }),
  kernelRecipe({
    id: 'seer-centred',
    summary:
      'what Seer’s code computes: all clips, each side centred first by accident, so that a shift between them is lost',
    features: i3dFeatures('i3d-pretrained-400', 'shorter-side-crop', 1e-5),
    estimator: 'centred',
  }),
]

export const kvdSpec = distanceMetric<KernelRecipe>(
  {
    id: 'kvd',
    title: 'Kernel video distance (KVD)',
    label: { short: 'KVD', long: 'Kernel video distance', decimals: 2 },
    range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    version: 1,
    sees: "Whether clips look and move, as a set, like clips of the reference, without FVD's bias by their number.",
    misses: 'Which clip belongs to which reference, and details that do not matter for recognising actions.',
    defaultRecipe: 'full',
    recipes,
    matches: 'the polynomial MMD² of DIGAN compute_fvd_kvd.py, on StyleGAN-V’s features',
    cite: 'Unterthiner et al., FVD: a new metric for video generation, ICLR workshop 2019',
  },
  kernelOfRows,
)

/**
 * KVD of two sets of clips' features. Unbiased: about 0, of either sign, for two samples of one distribution.
 *
 * @param generated `[clips, 400]` I3D logits
 * @param reference the same
 * @throws KinemetricError `unknown-recipe`, `too-few`, `shape-mismatch`, `not-finite`
 */
export async function kvd(
  generated: FeatureMatrix,
  reference: FeatureMatrix,
  recipe?: string,
  options: DistanceOptions = {},
): Promise<DistanceResult> {
  return kernelScore(kvdSpec.id, findRecipe(kvdSpec, recipe), generated, reference, options)
}
