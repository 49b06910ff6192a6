import { anyFeatures } from '../../features/of-encoder.ts'
import { distanceMetric } from '../distance-metric.ts'
import { frechetOfRows } from '../frechet/frechet-of-rows.ts'
import { frechetRecipe, type FrechetRecipe } from '../frechet/frechet-recipe.ts'

const recipes: readonly FrechetRecipe[] = [
  frechetRecipe({
    id: 'usual',
    summary: 'of rows that you give; covariance 1/(N-1), as pytorch-fid, torch-fidelity and dgm-eval have it',
    features: anyFeatures,
    ddof: 1,
  }),
  frechetRecipe({
    id: 'population',
    summary: 'of rows that you give; covariance 1/N, as StyleGAN has it',
    features: anyFeatures,
    ddof: 0,
  }),
]

/** Fréchet distance between Gaussians fitted to rows of an encoder of one’s own. */
export const fdSpec = distanceMetric<FrechetRecipe>(
  {
    id: 'fd',
    title: 'Fréchet distance of given features (FD)',
    label: { short: 'FD', long: 'Fréchet distance of given features', decimals: 2 },
    range: [0, Number.POSITIVE_INFINITY],
    version: 1,
    sees: 'Whether the rows of both sides have one mean and one covariance.',
    misses: 'What the encoder does not see; at few rows it mostly tells their number.',
    defaultRecipe: 'usual',
    recipes,
    matches: 'the distance of pytorch-fid, torch-fidelity and dgm-eval',
    cite: 'Heusel et al., GANs trained by a two time-scale update rule converge to a local Nash equilibrium, NeurIPS 2017',
  },
  { ...frechetOfRows, anyFeatures: true, onlyNamed: true },
)
