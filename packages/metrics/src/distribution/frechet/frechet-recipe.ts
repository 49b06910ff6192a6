import type { FeatureChoice } from '../../features/needs.ts'
import type { DistanceRecipe } from '../../spec/distance.ts'

/** A recipe of a Fréchet distance. */
export interface FrechetRecipe extends DistanceRecipe {
  /** Covariance divisor N − ddof. */
  ddof: 0 | 1
  /** Eigenvalues of Σ₁Σ₂ below this are summed without their root. */
  unrootedBelow: number
  /** One row a side: an error, or the distance of the means alone. */
  single: 'error' | 'mean-term'
}

interface FrechetChoice {
  id: string
  summary: string
  features: FeatureChoice
  ddof: 0 | 1
  unrootedBelow?: number
  single?: 'error' | 'mean-term'
}

/** A Fréchet recipe with the settings that go into its signature. */
export function frechetRecipe({ features, ...choice }: FrechetChoice): FrechetRecipe {
  const { unrootedBelow = 0, single = 'error' } = choice
  const settings: Record<string, string | number | boolean> = {
    ...features.settings,
    covariance: choice.ddof === 0 ? '1/N' : '1/(N-1)',
    root: unrootedBelow === 0 ? 'eigenvalues' : `eigenvalues-from-${unrootedBelow}`,
  }
  if (single === 'mean-term') settings.single = single
  return { ...choice, need: features.need, unrootedBelow, single, settings }
}
