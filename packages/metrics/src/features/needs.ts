import type { FeatureNeed } from '@kinemetric/networks'

/** Features that a recipe is of, and what its signature says of them. */
export interface FeatureChoice {
  need: FeatureNeed
  settings: Readonly<Record<string, string | number>>
}

/** Resize to 299² and normalisation: `half-pixel` 2x/255−1, the others (x−128)/128. */
export type InceptionResize = 'tf1' | 'half-pixel' | 'antialias' | 'pillow-bicubic'
/** Resize to 224²; 2x/255−1 throughout. */
export type I3dResize = 'squash-half-pixel' | 'squash-tf1' | 'shorter-side-crop'

const INCEPTION_CHECKPOINTS = {
  torch: ['inception-2015-12-05', 'inception-2015-12-05-torchscript'],
  torchscript: ['inception-2015-12-05-torchscript', 'inception-2015-12-05'],
} as const

/** Pool3 of Inception, 2,048 values a frame; `file` says which of the two archives of the same weights the library reads. */
export function inceptionFeatures(preprocessing: InceptionResize, file: 'torch' | 'torchscript'): FeatureChoice {
  return featureChoice(
    { network: 'inception-2015-12-05', checkpoints: INCEPTION_CHECKPOINTS[file], preprocessing, dimension: 2048 },
    preprocessing === 'half-pixel' ? '2x/255-1' : '(x-128)/128',
    1e-3,
  )
}

/** Logits of I3D, 400 values a clip. */
export function i3dFeatures(
  checkpoint: 'i3d-torchscript' | 'i3d-pretrained-400',
  preprocessing: I3dResize,
  batchNormEpsilon: 1e-3 | 1e-5,
): FeatureChoice {
  return featureChoice(
    { network: 'i3d-kinetics-400', checkpoints: [checkpoint], preprocessing, dimension: 400 },
    '2x/255-1',
    batchNormEpsilon,
  )
}

function featureChoice(need: Omit<FeatureNeed, 'variant'>, range: string, batchNormEpsilon: number): FeatureChoice {
  return {
    need: { ...need, variant: `bneps-${batchNormEpsilon}` },
    settings: {
      network: need.network,
      resize: need.preprocessing,
      range,
      bneps: batchNormEpsilon,
      dtype: 'float64-of-float32',
    },
  }
}
