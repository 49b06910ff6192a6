import { distanceMetric } from '../distance-metric.ts'
import { kernelOfRows } from '../kernel/kernel-of-rows.ts'
import { kernelRecipe, type KernelRecipe } from '../kernel/kernel-recipe.ts'
import { dinov2Features } from './dinov2-features.ts'

// dgm-eval averages over 100 subsets of up to 1,000 rows, the reference's drawn first, from numpy's global generator: it is seeded (13579) where a data loader
// is made, so that its draws depend on what ran before. `dgm-eval` draws them right after that seed; `full` is their expectation.

const recipes: readonly KernelRecipe[] = [
  kernelRecipe({
    id: 'full',
    summary: 'ViT-L/14 as dgm-eval resizes; unbiased MMD² of all rows of both sides, no subsets',
    features: dinov2Features('dgm-eval'),
  }),
  kernelRecipe({
    id: 'dgm-eval',
    summary: 'ViT-L/14; mean of 100 subsets of up to 1,000, drawn by numpy RandomState(13579), the reference’s first',
    features: dinov2Features('dgm-eval'),
    estimator: 'subsets',
    subsets: 100,
    subsetSize: 1000,
    shortfall: 'shrink',
    draws: 'randomstate-13579-reference-first',
    chooseSubsets: true,
  }),
  kernelRecipe({
    id: 'dgm-eval-clean',
    summary: 'full, on frames as dgm-eval with clean_resize has them',
    features: dinov2Features('dgm-eval-clean'),
  }),
  kernelRecipe({
    id: 'torch-fidelity',
    summary: 'full, on frames as torch-fidelity has them: TF1-legacy bilinear resize',
    features: dinov2Features('torch-fidelity'),
  }),
  kernelRecipe({
    id: 'full-vitb14',
    summary: 'full on the smaller ViT-B/14: another number',
    features: dinov2Features('dgm-eval', 'dinov2-vitb14'),
  }),
  kernelRecipe({
    id: 'full-vits14',
    summary: 'full on the smallest, ViT-S/14: another number',
    features: dinov2Features('dgm-eval', 'dinov2-vits14'),
  }),
]

/** Unbiased MMD² of DINOv2's class tokens of single frames. */
export const kdDinov2Spec = distanceMetric<KernelRecipe>(
  {
    id: 'kd-dinov2',
    title: 'Kernel distance of DINOv2 features (KD-DINOv2)',
    label: { short: 'KD-DINOv2', long: 'Kernel distance of DINOv2 features', decimals: 3 },
    range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    version: 1,
    sees: 'Whether single frames show, as a set, what frames of the reference show, without the Fréchet distance’s bias by their number.',
    misses: 'Motion, the order of frames, and which clip a frame belongs to.',
    defaultRecipe: 'full',
    recipes,
    matches: 'layer6ai-labs/dgm-eval mmd.py (dgm-eval, with its seed set right before), and its expectation (full)',
    cite: 'Stein et al., Exposing flaws of generative model evaluation metrics and their unfair treatment of diffusion models, NeurIPS 2023',
  },
  { ...kernelOfRows, onlyNamed: true },
)
