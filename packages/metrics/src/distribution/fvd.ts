import { findRecipe } from '../recipes/find-recipe.ts'
import type { DistanceResult } from '../recipes/distance-result.ts'
import { frechetScore } from './frechet/frechet-score.ts'
import { type RowsOrGaussian } from '../features/rows-or-gaussian.ts'
import { i3dFeatures } from '../features/needs.ts'
import { distanceMetric } from './distance-metric.ts'
import { frechetOfRows } from './frechet/frechet-of-rows.ts'
import { frechetRecipe, type FrechetRecipe } from './frechet/frechet-recipe.ts'

// Fréchet video distance: the Fréchet distance between Gaussians fitted to the 400 Kinetics logits of I3D, one vector a clip.
//
// The reference codes differ in the weights' file (whose batch norms were exported with epsilon 1e-3 or, by mistake, run with
// 1e-5), the way to 224×224, and the covariance. TensorFlow-GAN's matrix root leaves eigenvalues below 1e-10 as they are, and
// so do its PyTorch ports; those ports also work in float32, which is not imitated.

const TF_GAN_EPSILON = 1e-10

const recipes: readonly FrechetRecipe[] = [
  frechetRecipe({
    id: 'stylegan-v',
    summary: 'i3d_torchscript, frames squashed to 224x224 (half-pixel bilinear); covariance 1/N',
    features: i3dFeatures('i3d-torchscript', 'squash-half-pixel', 1e-3),
    ddof: 0,
  }),
  frechetRecipe({
    id: 'common-metrics-stylegan-v',
    summary: 'JunyaoHu, method styleganv: i3d_torchscript, shorter side to 224 and centre crop; covariance 1/(N-1)',
    features: i3dFeatures('i3d-torchscript', 'shorter-side-crop', 1e-3),
    ddof: 1,
    single: 'mean-term',
  }),
  frechetRecipe({
    id: 'common-metrics-videogpt',
    summary:
      'JunyaoHu, method videogpt: i3d_pretrained_400 with batch norm epsilon 1e-5, shorter side to 224 and centre crop',
    features: i3dFeatures('i3d-pretrained-400', 'shorter-side-crop', 1e-5),
    ddof: 1,
    unrootedBelow: TF_GAN_EPSILON,
    single: 'mean-term',
  }),
  frechetRecipe({
    id: 'cd-fvd',
    summary:
      'content-debiased-fvd, model i3d: i3d_pretrained_400 with batch norm epsilon 1e-5, squashed; covariance 1/N',
    features: i3dFeatures('i3d-pretrained-400', 'squash-half-pixel', 1e-5),
    ddof: 0,
  }),
  frechetRecipe({
    id: 'videogpt',
    summary:
      'VideoGPT, DIGAN and Seer: i3d_pretrained_400 with batch norm epsilon 1e-5, shorter side to 224 and centre crop',
    features: i3dFeatures('i3d-pretrained-400', 'shorter-side-crop', 1e-5),
    ddof: 1,
    unrootedBelow: TF_GAN_EPSILON,
  }),
  frechetRecipe({
    id: 'lvdm',
    summary: 'LVDM: i3d_pretrained_400 with batch norm epsilon 1e-5, squashed; covariance 1/(N-1)',
    features: i3dFeatures('i3d-pretrained-400', 'squash-half-pixel', 1e-5),
    ddof: 1,
    unrootedBelow: TF_GAN_EPSILON,
  }),
  frechetRecipe({
    id: 'tf-original',
    summary:
      'google-research with tf-gan: the TF-Hub weights with batch norm epsilon 1e-3, squashed (TF1-legacy bilinear)',
    features: i3dFeatures('i3d-pretrained-400', 'squash-tf1', 1e-3),
    ddof: 1,
    unrootedBelow: TF_GAN_EPSILON,
  }),
]

export const fvdSpec = distanceMetric<FrechetRecipe>(
  {
    id: 'fvd',
    title: 'Fréchet video distance (FVD)',
    label: { short: 'FVD', long: 'Fréchet video distance', decimals: 2 },
    range: [0, Number.POSITIVE_INFINITY],
    version: 1,
    sees: 'Whether clips look and move, as a set, like clips of the reference, by features of an action recogniser.',
    misses:
      'Which clip belongs to which reference, and details that do not matter for recognising actions; at few clips mostly their number.',
    defaultRecipe: 'stylegan-v',
    recipes,
    matches: 'universome/stylegan-v src/metrics/frechet_video_distance.py',
    cite: 'Unterthiner et al., Towards accurate generative models of video: a new metric and challenges, 2018',
  },
  frechetOfRows,
)

/**
 * FVD of two sets of clips' features.
 *
 * @param generated `[clips, 400]` I3D logits, or statistics
 * @param reference the same
 * @throws KinemetricError `unknown-recipe`, `too-few`, `shape-mismatch`, `not-finite`, `not-a-covariance`, `recipe-mismatch`
 */
export async function fvd(
  generated: RowsOrGaussian,
  reference: RowsOrGaussian,
  recipe?: string,
): Promise<DistanceResult> {
  return frechetScore(fvdSpec.id, findRecipe(fvdSpec, recipe), generated, reference)
}
