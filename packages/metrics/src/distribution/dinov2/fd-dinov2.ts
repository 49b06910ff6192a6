import { distanceMetric } from '../distance-metric.ts'
import { frechetOfRows } from '../frechet/frechet-of-rows.ts'
import { frechetRecipe, type FrechetRecipe } from '../frechet/frechet-recipe.ts'
import { dinov2Features } from './dinov2-features.ts'

// The Fréchet distance of DINOv2's features of single frames, which follows people's judgement of generated pictures where Inception's does not (Stein et al.
// 2023). The codes differ in the resize alone; all take the covariance with N − 1, and add 1e-6 to its diagonal only where scipy's root fails.

const recipes: readonly FrechetRecipe[] = [
  frechetRecipe({
    id: 'dgm-eval',
    summary: 'ViT-L/14; Pillow bicubic resize to 224×224 of bytes; covariance 1/(N-1)',
    features: dinov2Features('dgm-eval'),
    ddof: 1,
  }),
  frechetRecipe({
    id: 'dgm-eval-clean',
    summary: 'ViT-L/14; dgm-eval with clean_resize: Pillow bicubic of float channels, clipped and not rounded',
    features: dinov2Features('dgm-eval-clean'),
    ddof: 1,
  }),
  frechetRecipe({
    id: 'torch-fidelity',
    summary: 'ViT-L/14; torch-fidelity 0.4 with dinov2-vit-l-14: TF1-legacy bilinear resize; covariance 1/(N-1)',
    features: dinov2Features('torch-fidelity'),
    ddof: 1,
  }),
  frechetRecipe({
    id: 'dgm-eval-vitb14',
    summary: 'dgm-eval on the smaller ViT-B/14: another number',
    features: dinov2Features('dgm-eval', 'dinov2-vitb14'),
    ddof: 1,
  }),
  frechetRecipe({
    id: 'dgm-eval-vits14',
    summary: 'dgm-eval on the smallest, ViT-S/14: another number',
    features: dinov2Features('dgm-eval', 'dinov2-vits14'),
    ddof: 1,
  }),
]

/** Fréchet distance between Gaussians fitted to DINOv2's class tokens of single frames. */
export const fdDinov2Spec = distanceMetric<FrechetRecipe>(
  {
    id: 'fd-dinov2',
    title: 'Fréchet distance of DINOv2 features (FD-DINOv2)',
    label: { short: 'FD-DINOv2', long: 'Fréchet distance of DINOv2 features', decimals: 1 },
    range: [0, Number.POSITIVE_INFINITY],
    version: 1,
    sees: 'Whether single frames show, as a set, what frames of the reference show, by features learned without labels.',
    misses: 'Motion, the order of frames, and which clip a frame belongs to; at few frames mostly their number.',
    defaultRecipe: 'dgm-eval',
    recipes,
    matches: 'layer6ai-labs/dgm-eval fd.py (dgm-eval), toshas/torch-fidelity metric_fid.py (torch-fidelity)',
    cite: 'Stein et al., Exposing flaws of generative model evaluation metrics and their unfair treatment of diffusion models, NeurIPS 2023',
  },
  { ...frechetOfRows, onlyNamed: true },
)
