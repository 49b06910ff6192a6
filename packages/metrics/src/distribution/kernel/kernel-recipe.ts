import type { FeatureChoice } from '../../features/needs.ts'
import type { ChoosableSetting } from '../../recipes/choosable-setting.ts'
import type { DistanceRecipe } from '../../spec/distance.ts'

/**
 * `randomstate-…`: by numpy's RandomState of that seed, of each subset the generated rows first unless it says `reference-first`.
 */
export type KernelDraws = keyof typeof seeds | 'expectation' | 'none'

const seeds = {
  'randomstate-2020': { seed: 2020, first: 'generated' },
  'randomstate-13579-reference-first': { seed: 13579, first: 'reference' },
} as const

/** A recipe of a kernel distance. */
export interface KernelRecipe extends DistanceRecipe {
  /** All pairs, or the mean over subsets of equal size; `centred` removes each side's mean first. */
  estimator: 'full' | 'subsets' | 'centred'
  subsets: number
  subsetSize: number
  /** A side with fewer rows than the subset: an error, or smaller subsets. */
  shortfall: 'error' | 'shrink'
  /** How subsets are drawn; `expectation`: not drawn, the mean over all possible subsets is computed. */
  draws: KernelDraws
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
  draws?: KernelDraws
  scale?: 1 | 1000
  /** Number and size of subsets are settings that whoever scores may choose. */
  chooseSubsets?: boolean
}

/** A kernel recipe with the settings that go into its signature. */
export function kernelRecipe({ features, chooseSubsets = false, ...choice }: KernelChoice): KernelRecipe {
  const { estimator = 'full', subsets = 0, subsetSize = 0, shortfall = 'error', draws = 'none', scale = 1 } = choice
  const settings: Record<string, string | number | boolean> = {
    ...features.settings,
    kernel: '(x.y/d+1)^3',
    estimator: estimator === 'subsets' && !chooseSubsets ? `${subsets}x${subsetSize}` : estimator,
    ...(chooseSubsets ? { subsets, subsetSize } : {}),
  }
  if (estimator === 'subsets') {
    settings.draws = draws
    settings.shortfall = shortfall
  }
  settings.scale = scale
  const choosable: ChoosableSetting[] = [
    { name: 'subsets', kind: 'whole', least: 1, most: 100_000, default: subsets, summary: 'how many are drawn' },
    { name: 'subsetSize', kind: 'whole', least: 2, default: subsetSize, summary: 'rows a side in each, at most' },
  ]
  const recipe = { ...choice, need: features.need, estimator, subsets, subsetSize, shortfall, draws, scale, settings }
  return chooseSubsets ? { ...recipe, choosable } : recipe
}

/** Whether a recipe's number is that of subsets that are drawn, and so takes no more pairs than these have. */
export function isDrawn({ estimator, draws }: KernelRecipe): boolean {
  return estimator === 'subsets' && drawOf({ draws }) !== undefined
}

/** Seed of a recipe's draws, and of which side each subset is drawn first; undefined where none are drawn. */
export function drawOf({ draws }: Pick<KernelRecipe, 'draws'>): (typeof seeds)[keyof typeof seeds] | undefined {
  return draws === 'expectation' || draws === 'none' ? undefined : seeds[draws]
}
