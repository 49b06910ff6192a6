import type { RecipeInfo } from '../../spec/metric-spec.ts'

/** What has to be extracted before a distance: two recipes with equal needs share their features. */
export interface FeatureNeeds {
  network: 'inception-2015-12-05' | 'i3d-kinetics-400'
  /** Ids of the weight catalogue that hold this network, the recipe's own file first. */
  checkpoints: readonly string[]
  preprocessing: InceptionResize | I3dResize
  batchNormEpsilon: 1e-3 | 1e-5
  /** Length of a feature vector: 2,048 (pool3) or 400 (logits). */
  dimension: number
}

/** Resize to 299² and normalisation: `half-pixel` 2x/255−1, the others (x−128)/128. */
export type InceptionResize = 'tf1' | 'half-pixel' | 'antialias' | 'pillow-bicubic'
/** Resize to 224²; 2x/255−1 throughout. */
export type I3dResize = 'squash-half-pixel' | 'squash-tf1' | 'shorter-side-crop'

/** A recipe of FID or FVD. */
export interface FrechetRecipe extends RecipeInfo {
  needs: FeatureNeeds
  /** Covariance divisor N − ddof. */
  ddof: 0 | 1
  /** Eigenvalues of Σ₁Σ₂ below this are summed without their root. */
  unrootedBelow: number
  /** One row a side: an error, or the distance of the means alone. */
  single: 'error' | 'mean-term'
}

/** A recipe of KID or KVD. */
export interface KernelRecipe extends RecipeInfo {
  needs: FeatureNeeds
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

const INCEPTION_CHECKPOINTS = {
  torch: ['inception-2015-12-05', 'inception-2015-12-05-torchscript'],
  torchscript: ['inception-2015-12-05-torchscript', 'inception-2015-12-05'],
} as const

/** Needs of an Inception recipe; `file` says which of the two archives of the same weights the library reads. */
export function inceptionNeeds(preprocessing: InceptionResize, file: 'torch' | 'torchscript'): FeatureNeeds {
  return {
    network: 'inception-2015-12-05',
    checkpoints: INCEPTION_CHECKPOINTS[file],
    preprocessing,
    batchNormEpsilon: 1e-3,
    dimension: 2048,
  }
}

/** Needs of an I3D recipe. */
export function i3dNeeds(
  checkpoint: 'i3d-torchscript' | 'i3d-pretrained-400',
  preprocessing: I3dResize,
  batchNormEpsilon: 1e-3 | 1e-5,
): FeatureNeeds {
  return { network: 'i3d-kinetics-400', checkpoints: [checkpoint], preprocessing, batchNormEpsilon, dimension: 400 }
}

interface FrechetChoice {
  id: string
  summary: string
  needs: FeatureNeeds
  ddof: 0 | 1
  unrootedBelow?: number
  single?: 'error' | 'mean-term'
}

/** A Fréchet recipe with the settings that go into its signature. */
export function frechetRecipe(choice: FrechetChoice): FrechetRecipe {
  const { unrootedBelow = 0, single = 'error' } = choice
  const settings: Record<string, string | number | boolean> = {
    ...needsSettings(choice.needs),
    covariance: choice.ddof === 0 ? '1/N' : '1/(N-1)',
    root: unrootedBelow === 0 ? 'eigenvalues' : `eigenvalues-from-${unrootedBelow}`,
  }
  if (single === 'mean-term') settings.single = single
  return { ...choice, unrootedBelow, single, settings }
}

interface KernelChoice {
  id: string
  summary: string
  needs: FeatureNeeds
  estimator?: 'full' | 'subsets' | 'centred'
  subsets?: number
  subsetSize?: number
  shortfall?: 'error' | 'shrink'
  draws?: 'randomstate-2020' | 'expectation' | 'none'
  scale?: 1 | 1000
}

/** A kernel recipe with the settings that go into its signature. */
export function kernelRecipe(choice: KernelChoice): KernelRecipe {
  const { estimator = 'full', subsets = 0, subsetSize = 0, shortfall = 'error', draws = 'none', scale = 1 } = choice
  const settings: Record<string, string | number | boolean> = {
    ...needsSettings(choice.needs),
    kernel: '(x.y/d+1)^3',
    estimator: estimator === 'subsets' ? `${subsets}x${subsetSize}` : estimator,
  }
  if (estimator === 'subsets') {
    settings.draws = draws
    settings.shortfall = shortfall
  }
  settings.scale = scale
  return { ...choice, estimator, subsets, subsetSize, shortfall, draws, scale, settings }
}

function needsSettings(needs: FeatureNeeds): Record<string, string | number> {
  return {
    network: needs.network,
    resize: needs.preprocessing,
    range: needs.network === 'i3d-kinetics-400' || needs.preprocessing === 'half-pixel' ? '2x/255-1' : '(x-128)/128',
    bneps: needs.batchNormEpsilon,
    dtype: 'float64-of-float32',
  }
}
