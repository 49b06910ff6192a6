import type { FeatureChoice } from '../../features/needs.ts'

/** How frames become the 224×224 input of DINOv2, by whom. */
export type Dinov2Preprocessing = 'dgm-eval' | 'dgm-eval-clean' | 'torch-fidelity'

/** Length of a row of each size. */
const dimensions = { 'dinov2-vitl14': 1024, 'dinov2-vitb14': 768, 'dinov2-vits14': 384 } as const

const resizes: Readonly<Record<Dinov2Preprocessing, string>> = {
  'dgm-eval': 'pillow-bicubic-bytes',
  'dgm-eval-clean': 'pillow-bicubic-floats',
  'torch-fidelity': 'tf1-bilinear',
}

/** The class token of DINOv2 behind its last norm, a row a frame. */
export function dinov2Features(
  preprocessing: Dinov2Preprocessing,
  network: keyof typeof dimensions = 'dinov2-vitl14',
): FeatureChoice {
  return {
    need: { network, checkpoints: [network], preprocessing, dimension: dimensions[network] },
    settings: {
      network,
      resize: resizes[preprocessing],
      input: '224x224',
      range: 'imagenet',
      dtype: 'float64-of-float32',
    },
  }
}
