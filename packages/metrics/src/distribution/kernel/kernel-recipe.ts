import type { FeatureChoice } from '../../features/needs.ts'
import type { DistanceRecipe } from '../../spec/distance.ts'

/** A recipe of a kernel distance. */
export interface KernelRecipe extends DistanceRecipe {
  /** All pairs, or the mean over subsets of equal size; `centred` removes each side's mean first. */
  estimator: 'full' | 'subsets' | 'centred'
  subsets: number
  subsetSize: number
  /** A side with fewer rows than the subset: an error, or smaller subsets. */
  shortfall: 'error' | 'shrink'
  /** How subsets are drawn; `expectation`: not drawn, the mean over all possible subsets is computed. */
  draws: 'randomstate-2020' | 'expectation' | 'none'
  /** Factor of the printed number. */
  scale: 1 | 1000
}

interface KernelChoice {
  id: string
  summary: string
  features: FeatureChoice
  estimator?: 'full' | 'subsets' | 'centred'
  subsets?: number
  subsetSize?: number
  shortfall?: 'error' | 'shrink'
  draws?: 'randomstate-2020' | 'expectation' | 'none'
  scale?: 1 | 1000
}

/** A kernel recipe with the settings that go into its signature. */
export function kernelRecipe({ features, ...choice }: KernelChoice): KernelRecipe {
  const { estimator = 'full', subsets = 0, subsetSize = 0, shortfall = 'error', draws = 'none', scale = 1 } = choice
  const settings: Record<string, string | number | boolean> = {
    ...features.settings,
    kernel: '(x.y/d+1)^3',
    estimator: estimator === 'subsets' ? `${subsets}x${subsetSize}` : estimator,
  }
  if (estimator === 'subsets') {
    settings.draws = draws
    settings.shortfall = shortfall
  }
  settings.scale = scale
  return { ...choice, need: features.need, estimator, subsets, subsetSize, shortfall, draws, scale, settings }
}

/** Whether a recipe's number is that of subsets that are drawn, and so takes no more pairs than these have. */
export function isDrawn({ estimator, draws }: KernelRecipe): boolean {
  return estimator === 'subsets' && draws === 'randomstate-2020'
}
