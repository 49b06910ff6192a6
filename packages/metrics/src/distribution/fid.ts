import { findRecipe } from '../recipes/find-recipe.ts'
import type { DistanceResult } from '../recipes/distance-result.ts'
import { frechetScore } from './frechet/frechet-score.ts'
import { type RowsOrGaussian } from '../features/rows-or-gaussian.ts'
import { inceptionFeatures } from '../features/needs.ts'
import { distanceMetric } from './distance-metric.ts'
import { frechetOfRows } from './frechet/frechet-of-rows.ts'
import { frechetRecipe, type FrechetRecipe } from './frechet/frechet-recipe.ts'

// Fréchet Inception distance: the Fréchet distance between Gaussians fitted to the pool3 features of single frames.
//
// All libraries use the same weights; they differ in how a frame is brought to 299×299, in the range of its values and in
// the covariance's divisor. How they take the matrix root only matters where it fails: pytorch-fid and clean-fid add 1e-6 to
// the diagonals when scipy's sqrtm returns non-finite numbers; torch-fidelity and torchmetrics sum complex roots. All of them
// mean the trace of the exact root, and that is what is computed here.

const recipes: readonly FrechetRecipe[] = [
  frechetRecipe({
    id: 'torch-fidelity',
    summary: 'TF1-legacy bilinear resize, as the original TensorFlow graph; covariance 1/(N-1)',
    features: inceptionFeatures('tf1', 'torch'),
    ddof: 1,
  }),
  frechetRecipe({
    id: 'pytorch-fid',
    summary: 'half-pixel bilinear resize, values 2x/255-1; covariance 1/(N-1)',
    features: inceptionFeatures('half-pixel', 'torch'),
    ddof: 1,
  }),
  frechetRecipe({
    id: 'torchmetrics-1.7',
    summary:
      'torchmetrics before 1.8: TF1-legacy bilinear resize; covariance 1/(N-1); the library rounds its result to float32',
    features: inceptionFeatures('tf1', 'torch'),
    ddof: 1,
  }),
  frechetRecipe({
    id: 'torchmetrics-1.8',
    summary:
      'torchmetrics from 1.8: antialiased bilinear resize; covariance 1/(N-1); the library rounds its result to float32',
    features: inceptionFeatures('antialias', 'torch'),
    ddof: 1,
  }),
  frechetRecipe({
    id: 'clean-fid',
    summary: 'Pillow bicubic resize of float channels; covariance 1/(N-1)',
    features: inceptionFeatures('pillow-bicubic', 'torchscript'),
    ddof: 1,
  }),
  frechetRecipe({
    id: 'clean-fid-legacy-pytorch',
    summary: 'clean-fid mode legacy_pytorch: half-pixel bilinear resize, values 2x/255-1; covariance 1/(N-1)',
    features: inceptionFeatures('half-pixel', 'torch'),
    ddof: 1,
  }),
  frechetRecipe({
    id: 'clean-fid-legacy-tensorflow',
    summary: 'clean-fid mode legacy_tensorflow: TF1-legacy bilinear resize; covariance 1/(N-1)',
    features: inceptionFeatures('tf1', 'torchscript'),
    ddof: 1,
  }),
  frechetRecipe({
    id: 'stylegan',
    summary: 'StyleGAN2-ADA and StyleGAN-V: TF1-legacy bilinear resize; covariance 1/N',
    features: inceptionFeatures('tf1', 'torchscript'),
    ddof: 0,
  }),
]

export const fidSpec = distanceMetric<FrechetRecipe>(
  {
    id: 'fid',
    title: 'Fréchet Inception distance (FID)',
    label: { short: 'FID', long: 'Fréchet inception distance', decimals: 2 },
    range: [0, Number.POSITIVE_INFINITY],
    version: 1,
    sees: 'Whether single frames look, as a set, like frames of the reference: kinds of scenes, textures, artefacts.',
    misses: 'Motion, the order of frames, and which clip a frame belongs to; at few frames mostly their number.',
    defaultRecipe: 'torch-fidelity',
    recipes,
    matches: 'toshas/torch-fidelity metric_fid.py',
    cite: 'Heusel et al., GANs trained by a two time-scale update rule converge to a local Nash equilibrium, NeurIPS 2017',
  },
  frechetOfRows,
)

/**
 * FID of two sets of frames' features.
 *
 * @param generated `[rows, 2048]` one row a frame, or statistics
 * @param reference the same
 * @throws KinemetricError `unknown-recipe`, `too-few`, `shape-mismatch`, `not-finite`, `not-a-covariance`, `recipe-mismatch`
 */
export async function fid(
  generated: RowsOrGaussian,
  reference: RowsOrGaussian,
  recipe?: string,
): Promise<DistanceResult> {
  return frechetScore(fidSpec.id, findRecipe(fidSpec, recipe), generated, reference)
}
