import { metricError } from '../recipes/metric-error.ts'
import type { RecipeInfo } from '../recipes/recipe.ts'
import type { FrameBytes } from '../spec/frame-formula.ts'
import { meanOfClips } from '../spec/mean-of-clips.ts'
import type { MetricSpec } from '../spec/metric-spec.ts'
import { roundedGrey } from './frame-ssim.ts'
import { gaussianWindow } from './kernels/ssim-window.ts'
import { padded } from './padded.ts'
import { type Samples, ssimSumsPlain } from './ssim-plain.ts'

// Structural similarity over several scales: an image and its halvings, each judged by contrast and structure, the coarsest
// by luminance too,
//
//   MS-SSIM = SSIM_M^w_M · Π_{j<M} CS_j^w_j,   w = 0.0448, 0.2856, 0.3001, 0.2363, 0.1333, M = 5
//
// with SSIM_M and CS_j the means of the maps. torchmetrics takes the luminance's scale over the whole mirrored map, the
// others over the part where the window lies inside, cuts an odd last row off where Wang's code mirrors it, and takes a
// negative mean for zero, where a root of it is no number.

/** A recipe of MS-SSIM. */
export interface MsSsimRecipe extends RecipeInfo {
  grey: boolean
  /** What lies beyond the border at the scale that counts luminance; `none`: only positions with the whole window inside count. */
  border: 'none' | 'reflect'
  /** A last odd row or column when an image is halved: averaged with itself, or left out. */
  odd: 'mirrored' | 'cut'
  /** Exponents, the finest scale's first. */
  weights: readonly number[]
  /** A mean below zero is zero; otherwise the frames are refused. */
  relu: boolean
}

const WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333] as const
const window = gaussianWindow()
const common = {
  window: 'gaussian-11-sigma-1.5',
  covariance: 'population',
  scales: WEIGHTS.join('-'),
  peak: 255,
  k1: 0.01,
  k2: 0.03,
  mean: 'map-then-scales-then-frames-then-clips',
} as const

const recipes: readonly MsSsimRecipe[] = [
  {
    id: 'wang-2003',
    summary: 'on BT.601 luma rounded to whole numbers, windows wholly inside, odd edges mirrored (Wang’s msssim.m)',
    settings: {
      ...common,
      border: 'valid',
      halving: 'mean-2x2-mirrored',
      negative: 'undefined',
      colour: 'bt601-grey-rounded',
    },
    grey: true,
    border: 'none',
    odd: 'mirrored',
    weights: WEIGHTS,
    relu: false,
  },
  {
    id: 'torchmetrics',
    summary:
      'RGB channels together, coarsest scale with mirrored border, odd edges cut, negative means zero (torchmetrics 1.9)',
    settings: {
      ...common,
      border: 'reflect-at-last',
      halving: 'mean-2x2-cut',
      negative: 'zero',
      colour: 'rgb-channels',
    },
    grey: false,
    border: 'reflect',
    odd: 'cut',
    // It keeps them in float32, which shows in the ninth digit.
    weights: WEIGHTS.map(Math.fround),
    relu: true,
  },
]

export const msSsimSpec: MetricSpec<'frames', MsSsimRecipe> = {
  id: 'ms-ssim',
  title: 'Multi-scale structural similarity (MS-SSIM)',
  group: 'image',
  label: { short: 'MS-SSIM', long: 'Multi-scale structural similarity', decimals: 3 },
  cost: { secondsPerClip: 0.23, measured: '13 frames of 240×427, one core; bench/image-metrics.md' },
  unit: '',
  better: 'higher',
  range: [0, 1],
  per: 'frame',
  aligned: true,
  version: 1,
  sees: 'Structure at several sizes, so that coarse layout counts beside fine texture.',
  misses: 'Motion and meaning: frames are looked at one by one, and a right background hides an object that is wrong.',
  defaultRecipe: 'wang-2003',
  recipes,
  matches: 'msssim.m of Wang (wang-2003), torchmetrics 1.9 multiscale_structural_similarity_index_measure',
  cite: 'Wang, Simoncelli & Bovik, Multi-scale structural similarity for image quality assessment, Asilomar 2003',
  needs: () => ({ kind: 'frames', ask: true }),
  frame: {
    file: import.meta.url,
    // The window has to fit the coarsest scale: 11 pixels of 2⁴ each.
    smallest: ({ weights }) => (2 * window.radius + 1) * 2 ** (weights.length - 1),
    value: msSsimOfFrame,
  },
  conclude: (set, recipe, how) => Promise.resolve(meanOfClips(msSsimSpec, set, recipe, how)),
}

/** One scale of an image: `[height, width, channels]`, 0..255. */
interface Scale {
  samples: Samples
  height: number
  width: number
  channels: number
}

/**
 * @returns 0..1, 1 for equal frames
 * @throws KinemetricError `not-finite` where the mean of a scale is negative and the recipe does not take it for zero: it has no root
 */
function msSsimOfFrame({ generated, reference, height, width }: FrameBytes, recipe: MsSsimRecipe): number {
  const scaleOf = (image: Uint8Array): Scale =>
    recipe.grey
      ? { samples: roundedGrey(image, height * width), height, width, channels: 1 }
      : { samples: image, height, width, channels: 3 }
  let a = scaleOf(generated)
  let b = scaleOf(reference)
  let product = 1
  for (const [j, weight] of recipe.weights.entries()) {
    const coarsest = j === recipe.weights.length - 1
    const mean = coarsest ? meanSsim(a, b, recipe.border) : meanContrast(a, b)
    if (mean < 0 && !recipe.relu)
      throw metricError('not-finite', msSsimSpec.id, {
        expected: 'means of 0 or more',
        found: `${mean} at scale ${j + 1}`,
      })
    product *= Math.max(0, mean) ** weight
    if (!coarsest) [a, b] = [halved(a, recipe.odd), halved(b, recipe.odd)]
  }
  return product
}

function meanContrast(a: Scale, b: Scale): number {
  return ssimSumsPlain(a.samples, b.samples, a.height, a.width, a.channels, window).contrast / positions(a)
}

function meanSsim(a: Scale, b: Scale, border: MsSsimRecipe['border']): number {
  const [first, second] = border === 'none' ? [a, b] : [mirrored(a), mirrored(b)]
  const { ssim } = ssimSumsPlain(first.samples, second.samples, first.height, first.width, first.channels, window)
  return ssim / positions(first)
}

function positions({ height, width, channels }: Scale): number {
  return (height - 2 * window.radius) * (width - 2 * window.radius) * channels
}

function mirrored(scale: Scale): Scale {
  const pad = window.radius
  const samples = padded(scale.samples, { ...scale, pad, reflect: true })
  return { ...scale, samples, height: scale.height + 2 * pad, width: scale.width + 2 * pad }
}

/** Means of 2 × 2 pixels. */
function halved({ samples, height, width, channels }: Scale, odd: MsSsimRecipe['odd']): Scale {
  const round = odd === 'cut' ? Math.floor : Math.ceil
  const [halfHeight, halfWidth] = [round(height / 2), round(width / 2)]
  const out = new Float64Array(halfHeight * halfWidth * channels)
  let i = 0
  for (let y = 0; y < halfHeight; y++) {
    const top = 2 * y * width
    const bottom = Math.min(2 * y + 1, height - 1) * width
    for (let x = 0; x < halfWidth; x++) {
      const left = 2 * x
      const right = Math.min(2 * x + 1, width - 1)
      for (let c = 0; c < channels; c++, i++) {
        const at = (pixel: number): number => samples[pixel * channels + c]
        out[i] = (at(top + left) + at(top + right) + at(bottom + left) + at(bottom + right)) / 4
      }
    }
  }
  return { samples: out, height: halfHeight, width: halfWidth, channels }
}
