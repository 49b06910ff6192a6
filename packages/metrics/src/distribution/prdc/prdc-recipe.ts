import { inceptionFeatures } from '../../features/needs.ts'
import type { DistanceRecipe } from '../../spec/distance.ts'
import type { DistanceRounding } from '../neighbours/pair-distances.ts'

/** How balls are drawn around rows, and which points are in them. */
export interface BallRule {
  /** The ball of a row reaches to its k-th nearest other row of its own side. */
  k: number
  /** Whether a point on the edge is in the ball. */
  edge: 'inside' | 'outside'
  rounding: DistanceRounding
}

/** A recipe of precision, recall, density or coverage. */
export interface PrdcRecipe extends DistanceRecipe, BallRule {}

function prdcRecipe(choice: { id: string; summary: string } & BallRule): PrdcRecipe {
  const features = inceptionFeatures('tf1', 'torch')
  const { k, edge, rounding } = choice
  return {
    ...choice,
    need: features.need,
    settings: { ...features.settings, dtype: rounding, k, edge },
    choosable: [
      { name: 'k', kind: 'whole', least: 1, default: k, summary: 'which neighbour the ball of a row reaches to' },
    ],
  }
}

// What the three codes agree on: a ball around each row reaches to its k-th nearest other row. They differ in k, in whether a point on the edge of a ball is
// in it, and in what distances are rounded to, which decides who is on the edge.

const clovaai = prdcRecipe({
  id: 'clovaai',
  summary:
    'clovaai/generative-evaluation-prdc and dgm-eval: k = 5 by default, a point is in a ball where its distance is smaller',
  k: 5,
  edge: 'outside',
  rounding: 'squares-float32',
})

/** Density and coverage: of one code alone. */
export const densityRecipes: readonly PrdcRecipe[] = [clovaai]

/** Precision and recall. */
export const precisionRecipes: readonly PrdcRecipe[] = [
  clovaai,
  prdcRecipe({
    id: 'torch-fidelity',
    summary: 'torch-fidelity 0.4 (prc=True): k = 3, the edge is in the ball; distances rounded to float32',
    k: 3,
    edge: 'inside',
    rounding: 'float32',
  }),
  prdcRecipe({
    id: 'stylegan-f16',
    summary: 'StyleGAN2-ADA and StyleGAN3 (pr50k3): k = 3, the edge is in the ball; features and distances in float16',
    k: 3,
    edge: 'inside',
    rounding: 'float16',
  }),
]
